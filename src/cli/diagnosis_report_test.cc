#include "cli/diagnosis_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb::cli {
namespace {

doctor::Diagnosis example() {
    return {.about = "https://gis.example.org",
            .seen = {{"versions", "TLS 1.3"}},
            .clients = {{.kind = "system",
                         .client = "Programs",
                         .accepts = false,
                         .refusal = "date.expired",
                         .sentence = "It has expired"}},
            .findings = {{.id = "cert.date.expired",
                          .severity = doctor::Severity::error,
                          .about = "https://gis.example.org",
                          .sentence = "The certificate expired.",
                          .remedy = "Renew it.",
                          .command = "rhumb cert renew maps"}},
            .passed = {"All else is well."},
            .unfinished = {"IPv6 was not tried"},
            .took = std::chrono::milliseconds{1500}};
}

TEST(Report, TellsAPersonWhatIsWrongAndWhatToDo) {
    EXPECT_EQ(to_text(std::vector{example()}, {}),
              "https://gis.example.org\n"
              "error    The certificate expired.  [cert.date.expired]\n"
              "         Renew it.\n"
              "         $ rhumb cert renew maps\n"
              "  clients\n"
              "    refuses  Programs: It has expired\n"
              "  not looked at\n"
              "    IPv6 was not tried\n"
              "\n"
              "1 error, 0 warnings, 0 notes; 1.5 s\n");
}

TEST(Report, TellsWhatWasSeenWhereItIsAskedFor) {
    const auto text = to_text(std::vector{example()}, {.is_long = true});
    EXPECT_NE(text.find("    versions  TLS 1.3\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  well\n    All else is well.\n"), std::string::npos) << text;
}

TEST(Report, HasColorsOnlyWhereTheyAreWanted) {
    EXPECT_EQ(to_text(std::vector{example()}, {}).find('\x1b'), std::string::npos);
    EXPECT_NE(to_text(std::vector{example()}, {.has_color = true}).find("\x1b[1;31merror"),
              std::string::npos);
}

TEST(Report, LetsNoServerSteerTheTerminal) {
    auto wicked = example();
    wicked.findings.front().sentence = "\x1b[2Jgone\x07";
    wicked.findings.front().command = "true\nrm";
    const auto text = to_text(std::vector{wicked}, {.is_long = true});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\x07'), std::string::npos);
    EXPECT_NE(text.find("$ true rm\n"), std::string::npos) << text;
}

TEST(Report, IsJsonWhateverAServerSaid) {
    auto odd = example();
    odd.findings.front().sentence = "\xff\xfe";
    const auto json = nlohmann::json::parse(to_json(std::vector{example(), odd}));
    EXPECT_EQ(json["errors"], 2);
    EXPECT_EQ(json["seconds"], 3.0);
    ASSERT_EQ(json["examined"].size(), 2U);
    const auto& one = json["examined"][0];
    EXPECT_EQ(one["findings"][0]["id"], "cert.date.expired");
    EXPECT_EQ(one["findings"][0]["severity"], "error");
    EXPECT_EQ(one["clients"][0]["accepts"], false);
    EXPECT_EQ(one["seen"][0]["what"], "versions");
    EXPECT_EQ(one["unfinished"][0], "IPv6 was not tried");
}

TEST(Wrapped, BreaksBetweenWordsAndNeverWithin) {
    EXPECT_EQ(wrapped("one two three", 2, 9), "one two\n  three");
    EXPECT_EQ(wrapped("a-very-long-word-indeed yes", 2, 9), "a-very-long-word-indeed\n  yes");
    EXPECT_EQ(wrapped("«ä» «ö» x", 0, 7), "«ä» «ö»\nx") << "letters are counted, not bytes";
    EXPECT_EQ(wrapped("", 2, 9), "");
}

}  // namespace
}  // namespace rhumb::cli
