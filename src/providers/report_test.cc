#include "providers/report.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb::providers {
namespace {

using namespace std::chrono_literals;

Report example() {
    Report report{.time = Seconds{1'000'000s}, .hidden = {"root"}};
    report.status = {.users = "county", .roles = "embedded", .fault = ""};
    report.status.providers.push_back(
        {.name = "county",
         .kind = "ldap",
         .label = "LDAP directory",
         .keeps_users = true,
         .health = {.state = Health::State::resting,
                    .since = Seconds{999'000s},
                    .last_error = "«county»: nobody answers",
                    .last_failure = Seconds{999'999s},
                    .calls = 12,
                    .failures = 3,
                    .refused = 40,
                    .time_in_calls = 15'040ms,
                    .longest_call = 5'001ms,
                    .rest_left = 4s},
         .browser_sign_in = Health{.state = Health::State::good, .last_success = Seconds{5s}}});
    return report;
}

class AReport : public ::testing::Test {
protected:
    AReport() {
        auto pattern = (std::filesystem::temp_directory_path() / "rhumb-report-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) std::abort();
        path_ = pattern;
    }
    ~AReport() override {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    AReport(const AReport&) = delete;
    AReport& operator=(const AReport&) = delete;
    std::filesystem::path path_;
};

TEST_F(AReport, IsReadAsItWasWritten) {
    ASSERT_TRUE(write_report(path_, example()));
    const auto read = read_report(path_);
    ASSERT_TRUE(read);
    EXPECT_EQ(to_json(*read), to_json(example()));
    const auto mode = std::filesystem::status(path_ / "providers.json").permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(AReport, IsNothingWhereThereIsNoneOrItCannotBeRead) {
    EXPECT_FALSE(read_report(path_));
    for (const auto* text : {"", "{", "[]", "{\"time\":3}", "null"}) {
        SCOPED_TRACE(text);
        std::ofstream{path_ / "providers.json"} << text;
        EXPECT_FALSE(read_report(path_));
    }
}

TEST_F(AReport, IsNewWhenAStateIsAndNotForEachQuestion) {
    auto later = example();
    later.time += 60s;
    later.status.providers[0].health.calls += 5;
    later.status.providers[0].health.refused += 5;
    later.status.providers[0].health.rest_left = 2s;
    EXPECT_TRUE(says_the_same(example(), later));
    EXPECT_FALSE(counts_the_same(example(), later));
    EXPECT_TRUE(counts_the_same(example(), example()));
    later.status.providers[0].health.state = Health::State::good;
    EXPECT_FALSE(says_the_same(example(), later));
    auto other = example();
    other.hidden.clear();
    EXPECT_FALSE(says_the_same(example(), other));
}

TEST(Words, AreOthersForEachState) {
    EXPECT_EQ(to_word(Health::State::untried), "untried");
    EXPECT_EQ(to_word(Health::State::good), "answers");
    EXPECT_EQ(to_word(Health::State::failing), "fails");
    EXPECT_EQ(to_word(Health::State::resting), "rests");
}

}  // namespace
}  // namespace rhumb::providers
