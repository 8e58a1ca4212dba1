#include <gtest/gtest.h>

#include "doctor/diagnosis_json.h"
#include "manager/api.h"
#include "manager/turn.h"
#include "pki/example.h"
#include "trust/report_json.h"

namespace rhumb::manager {
namespace {

/// What makes these reports knows nothing of the API's schemas: the two must fit.
std::string fault_of(const Json& value, std::string_view schema) {
    const auto table = all_routes();
    const auto checked = check(value, reference(schema), table->schemas());
    return checked ? "" : checked.error().message;
}

TEST(Reports, OfTheDoctorFitTheirSchema) {
    const doctor::Diagnosis diagnosis{
        .about = "https://gis.example.org",
        .seen = {{"versions", "TLS 1.3"}},
        .clients = {{.kind = "system", .client = "Programs", .refusal = "date.expired"}},
        .findings = {{.id = "cert.date.expired",
                      .severity = doctor::Severity::error,
                      .about = "https://gis.example.org",
                      .sentence = "The certificate expired.",
                      .remedy = "Renew it.",
                      .command = ""}},
        .passed = {"All else is well."},
        .unfinished = {"IPv6 was not tried"},
        .took = std::chrono::milliseconds{1500}};
    auto json = doctor::to_json({diagnosis});
    EXPECT_EQ(fault_of(json, "Examination"), "");
    EXPECT_EQ(json["errors"], 1);
    EXPECT_EQ(json["examined"][0]["seconds"], 1.5);
    json["examined"][0]["findings"][0]["severity"] = "awful";
    EXPECT_NE(fault_of(json, "Examination"), "");
}

TEST(Reports, OfTrustStoresFitTheirSchema) {
    const auto root = pki::ExampleAuthority{}.root;
    std::vector<trust::Report> reports(3);
    for (auto& report : reports)
        report.store = {.kind = "system", .level = trust::Level::machine, .location = "Debian"};
    reports[0].is_trusted = true;
    reports[1].is_trusted = false;
    const auto json = trust::to_json(root, reports);
    EXPECT_EQ(fault_of({{"roots", Json::array({json})}}, "TrustStores"), "");
    EXPECT_EQ(json["stores"][0]["trusted"], true);
    EXPECT_EQ(json["stores"][1]["trusted"], false);
    EXPECT_EQ(json["stores"][2]["trusted"], nullptr);
}

TEST(Turn, IsOnesAtATimeAndIsGivenBack) {
    std::atomic_flag is_busy;
    {
        const Turn first{is_busy};
        EXPECT_TRUE(first.is_ours());
        const Turn second{is_busy};
        EXPECT_FALSE(second.is_ours());
    }
    EXPECT_TRUE(Turn{is_busy}.is_ours()) << "who was refused has not given it back";
    const Turn next{is_busy};
    EXPECT_TRUE(next.is_ours());
}

}  // namespace
}  // namespace rhumb::manager
