/// docs/doctor.md has the table of all rules. RHUMB_BLESS=1 writes it anew.

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "base/files.h"
#include "doctor/check.h"

namespace rhumb::doctor {
namespace {

std::string table() {
    std::string text = "| id | severity | what it finds | what to do |\n|---|---|---|---|\n";
    for (const auto& rule : all_rules())
        text += fmt::format("| `{}` | {} | {} | {} |\n", rule.id, pki::to_text(rule.severity),
                            rule.summary, rule.remedy);
    return text;
}

TEST(DoctorPage, HasAllRules) {
    const auto* const path = RHUMB_DOCS "/doctor.md";
    constexpr std::string_view begin_mark = "<!-- rules: begin -->\n";
    const auto page = read_file(path);
    ASSERT_TRUE(page) << page.error().message;
    const auto begin = page->find(begin_mark);
    const auto end = page->find("<!-- rules: end -->");
    ASSERT_TRUE(begin != std::string::npos && end != std::string::npos && begin < end);

    const auto wanted = page->substr(0, begin + begin_mark.size()) + table() + page->substr(end);

    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    if (std::getenv("RHUMB_BLESS") != nullptr) {
        ASSERT_TRUE(write_file_atomically(path, wanted));
    }
    EXPECT_EQ(*read_file(path), wanted) << "RHUMB_BLESS=1 writes the table anew.";
}

TEST(Rules, HaveIdentifiersOfTheirOwnInTheAreasThatThereAre) {
    const std::regex form{
        "(name|port|tls|cert|chain|key|client|revocation|hsts|http|page|gis|store|machine|trust|backup|"
        "clock|openssl|people)(\\.[a-z0-9]+(-[a-z0-9]+)*){1,3}"};
    std::set<std::string_view> known;
    for (const auto& one : pki::lint_rules()) known.insert(one.id);
    for (const auto& rule : all_rules()) {
        EXPECT_TRUE(known.insert(rule.id).second) << rule.id << " is there twice";
        EXPECT_TRUE(std::regex_match(std::string{rule.id}, form)) << rule.id;
        EXPECT_FALSE(rule.summary.empty()) << rule.id;
        EXPECT_FALSE(rule.remedy.empty()) << rule.id;
    }
}

}  // namespace
}  // namespace rhumb::doctor
