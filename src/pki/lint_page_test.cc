/// docs/lint.md has the tables of lint's findings and of the validator's refusals. RHUMB_BLESS=1
/// writes them anew.

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/files.h"
#include "pki/lint.h"
#include "pki/validate.h"

namespace rhumb::pki {
namespace {

std::string findings_table() {
    std::string table = "| id | severity | what it finds | what to do |\n|---|---|---|---|\n";
    for (const auto& rule : lint_rules())
        table += fmt::format("| `{}` | {} | {} | {} |\n", rule.id, to_text(rule.severity),
                             rule.summary, rule.remedy);
    return table;
}

std::string refusals_table() {
    std::string table = "| id | rules | what it refuses |\n|---|---|---|\n";
    for (const auto& kind : refusal_kinds())
        table +=
            fmt::format("| `{}` | {} | {} |\n", kind.id,
                        kind.strictness == Strictness::letter ? "letter" : "both", kind.summary);
    return table;
}

/// The page with `table` between the two comments that name it.
std::string with_table(const std::string& page, const std::string& name, const std::string& table) {
    const auto begin_mark = fmt::format("<!-- {}: begin -->\n", name);
    const auto begin = page.find(begin_mark);
    const auto end = page.find(fmt::format("<!-- {}: end -->", name));
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        return "no place for " + name;
    return page.substr(0, begin + begin_mark.size()) + table + page.substr(end);
}

TEST(LintPage, HasAllFindingsAndRefusals) {
    const auto* const path = RHUMB_DOCS "/lint.md";
    const auto page = read_file(path);
    ASSERT_TRUE(page) << page.error().message;

    const auto wanted =
        with_table(with_table(*page, "findings", findings_table()), "refusals", refusals_table());

    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    if (std::getenv("RHUMB_BLESS") != nullptr && wanted.starts_with("# ")) {
        ASSERT_TRUE(write_file_atomically(path, wanted));
    }
    EXPECT_EQ(*read_file(path), wanted) << "RHUMB_BLESS=1 writes the tables anew.";
}

}  // namespace
}  // namespace rhumb::pki
