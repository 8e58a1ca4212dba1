#include "trust/firefox_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "trust/example.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ChangePolicyFiles, KeepsWhatIsThereInItsOrder) {
    const std::string before = R"({
  "policies": {
    "DisableTelemetry": true,
    "Certificates": {"ImportEnterpriseRoots": true, "Install": ["company.crt"]},
    "Zeal": {"b": 1, "a": [1, {"c": null}]}
  },
  "comment": "öffentlich"
})";

    const auto with = change_policy_files(before, "/etc/r.pem", true);
    ASSERT_TRUE(with) << with.error().message;
    EXPECT_THAT(*read_policy_files(*with), ElementsAre("company.crt", "/etc/r.pem"));

    const auto without = change_policy_files(*with, "/etc/r.pem", false);
    ASSERT_TRUE(without) << without.error().message;
    using Json = nlohmann::ordered_json;
    EXPECT_EQ(Json::parse(*without), Json::parse(before));
    EXPECT_EQ(Json::parse(*without).dump(), Json::parse(before).dump()) << "the order counts, too";
}

TEST(ChangePolicyFiles, LeavesTheTextAloneWhenNothingIsToBeChanged) {
    const std::string text = "{ \"policies\" : { } }";
    EXPECT_EQ(*change_policy_files(text, "/r", false), text);
    EXPECT_EQ(*change_policy_files("", "/r", false), "");
}

TEST(ChangePolicyFiles, LeavesNothingBehindOfWhatItMade) {
    const auto with = change_policy_files("", "/etc/r.pem", true);
    ASSERT_TRUE(with);
    EXPECT_EQ(
        nlohmann::json::parse(*with),
        nlohmann::json::parse(R"({"policies": {"Certificates": {"Install": ["/etc/r.pem"]}}})"));
    EXPECT_EQ(*change_policy_files(*with, "/etc/r.pem", false), "");
}

TEST(ChangePolicyFiles, RefusesWhatItDoesNotUnderstand) {
    for (const std::string_view text :
         {"{", "[]", "nonsense", R"({"policies": []})", R"({"policies": {"Certificates": 1}})",
          R"({"policies": {"Certificates": {"Install": "x"}}})",
          R"({"policies": {"Certificates": {"Install": [1]}}})"}) {
        SCOPED_TRACE(text);
        const auto changed = change_policy_files(text, "/r", true);
        ASSERT_FALSE(changed);
        EXPECT_EQ(changed.error().kind, ErrorKind::invalid);
        EXPECT_THAT(changed.error().message, HasSubstr("nothing is changed"));
    }
    EXPECT_FALSE(change_policy_files(std::string(200, '[') + std::string(200, ']'), "/r", true));
}

class FirefoxPolicy : public testing::Test {
protected:
    Found find(std::string kind = "firefox-policy") const {
        return *find_stores({.root = machine_.path()},
                            {.kind = std::move(kind), .level = Level::machine, .may_create = true});
    }
    std::string policies() const {
        return read_file(machine_.path() / "etc/firefox/policies/policies.json").value_or("");
    }

    const ScratchDirectory machine_;
    const pki::Certificate root_ = pki::ExampleAuthority{}.root;
};

TEST_F(FirefoxPolicy, ComesAndGoesWithoutATrace) {
    EXPECT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    EXPECT_THAT(policies(), HasSubstr("/etc/firefox/policies/" + unique_name(root_) + ".pem"))
        << "as Firefox sees it, not as the image lies here";
    EXPECT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::already));
    EXPECT_THAT(*find().stores.front()->roots(), ElementsAre(root_));

    EXPECT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::done));
    EXPECT_TRUE(fs::is_empty(machine_.path() / "etc/firefox/policies"));
    EXPECT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::already));
}

TEST_F(FirefoxPolicy, IsPartOfAllOnlyOnceItIsInUse) {
    const auto kinds = [&] {
        std::vector<std::string> all;
        for (const auto& store : find("all").stores) all.push_back(store->about().kind);
        return all;
    };
    EXPECT_THAT(kinds(), IsEmpty());
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    EXPECT_THAT(kinds(), ElementsAre("firefox-policy"));
}

TEST_F(FirefoxPolicy, IsLeftAsItIsWhenItIsDamaged) {
    machine_.write("etc/firefox/policies/policies.json", "{ \"policies\": ");

    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::failed));
    EXPECT_THAT(reports.front().detail, HasSubstr("policies.json: it is no valid JSON"));
    EXPECT_EQ(policies(), "{ \"policies\": ");
    EXPECT_FALSE(
        fs::exists(machine_.path() / "etc/firefox/policies" / (unique_name(root_) + ".pem")));
}

TEST_F(FirefoxPolicy, DoesNotBelieveAFileThatHasGone) {
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    fs::remove(machine_.path() / "etc/firefox/policies" / (unique_name(root_) + ".pem"));

    EXPECT_THAT(outcomes(status(root_, find())), ElementsAre(Outcome::skipped));
    EXPECT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
}

}  // namespace
}  // namespace rhumb::trust
