#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "config/write.h"

namespace rhumb::config {
namespace {

TEST(Diff, OfEqualTextsIsEmpty) {
    EXPECT_EQ(diff("", "", "a", "b"), "");
    EXPECT_EQ(diff("x\n", "x\n", "a", "b"), "");
}

TEST(Diff, ShowsChangesWithThreeLinesAround) {
    EXPECT_EQ(
        diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "revision 1",
             "revision 2"),
        "--- revision 1\n+++ revision 2\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(Diff, JoinsChangesThatAreNearAndPartsThoseThatAreFar) {
    const std::string old_text = "a\n1\n2\n3\n4\n5\n6\nb\n1\n2\n3\n4\n5\n6\n7\nc\n";
    const std::string new_text = "A\n1\n2\n3\n4\n5\n6\nB\n1\n2\n3\n4\n5\n6\n7\nC\n";

    EXPECT_EQ(diff(old_text, new_text, "x", "y"),
              "--- x\n+++ y\n"
              "@@ -1,11 +1,11 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n 1\n 2\n 3\n"
              "@@ -13,4 +13,4 @@\n 5\n 6\n 7\n-c\n+C\n");
}

TEST(Diff, TellsOfLinesAtTheEndsAndOfMissingLineFeeds) {
    EXPECT_EQ(diff("", "a\n", "x", "y"), "--- x\n+++ y\n@@ -0,0 +1 @@\n+a\n");
    EXPECT_EQ(diff("a\n", "", "x", "y"), "--- x\n+++ y\n@@ -1 +0,0 @@\n-a\n");
    EXPECT_EQ(diff("a", "a\n", "x", "y"),
              "--- x\n+++ y\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

/// What `patch` would make of the old text.
std::string patched(std::string_view old_text, std::string_view patch) {
    if (patch.empty()) return std::string{old_text};
    auto old_lines = text::split(old_text, '\n');
    old_lines.pop_back();  // after the last line feed
    std::string out;
    std::size_t at = 0;
    for (auto line : text::split(patch, '\n')) {
        if (line.starts_with("---") || line.starts_with("+++") || line.empty()) continue;
        if (line.starts_with("@@ -")) {
            const auto range = line.substr(4, line.find(' ', 4) - 4);
            const auto comma = range.find(',');
            auto first = static_cast<std::size_t>(*text::to_integer(range.substr(0, comma)));
            if (range.substr(std::min(comma, range.size())) != ",0") --first;
            while (at < first) out += std::string{old_lines[at++]} + "\n";
            continue;
        }
        if (line[0] == ' ' || line[0] == '-') {
            EXPECT_EQ(line.substr(1), old_lines.at(at++));
        }
        if (line[0] != '-') out += std::string{line.substr(1)} + "\n";
    }
    while (at < old_lines.size()) out += std::string{old_lines[at++]} + "\n";
    return out;
}

TEST(Diff, AppliedToTheOldTextGivesTheNewOne) {
    std::mt19937 random{7};
    for (int round = 0; round < 500; ++round) {
        std::string old_text;
        std::string new_text;
        for (auto left = random() % 40; left > 0; --left) {
            const std::string line = std::to_string(random() % 6) + "\n";
            if (random() % 8 != 0) old_text += line;
            if (random() % 8 != 0) new_text += line;
        }
        const auto patch = diff(old_text, new_text, "x", "y");
        ASSERT_EQ(patched(old_text, patch), new_text) << patch;
    }
}

TEST(Diff, ShowsTextsTooLongToCompareAsReplaced) {
    std::string old_text = "same\n";
    std::string new_text = "same\n";
    for (int i = 0; i < 3000; ++i) {
        old_text += "old " + std::to_string(i) + "\n";
        new_text += "new " + std::to_string(i) + "\n";
    }
    EXPECT_EQ(patched(old_text, diff(old_text, new_text, "x", "y")), new_text);
}

}  // namespace
}  // namespace rhumb::config
