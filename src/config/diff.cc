#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "config/write.h"

namespace rhumb::config {
namespace {

using Lines = std::vector<std::string_view>;

/// Each with its line feed; the last may have none.
Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// A line of the result: ' ' in both, '-' in the old, '+' in the new.
struct Step {
    char sign;
    std::string_view line;
};

/// The steps between two runs of lines, by their longest common subsequence. Runs too long for the
/// table it takes are shown as replaced altogether.
void add_steps(Lines::const_iterator old_at, Lines::const_iterator old_end,
               Lines::const_iterator new_at, Lines::const_iterator new_end,
               std::vector<Step>& steps) {
    constexpr std::size_t cells_max = 4U << 20U;
    const auto rows = static_cast<std::size_t>(old_end - old_at);
    const auto columns = static_cast<std::size_t>(new_end - new_at);
    const std::size_t width = columns + 1;
    const bool has_table = rows == 0 || columns == 0 || rows <= cells_max / columns;
    // common[i * width + j]: how many lines the rests from i and from j have in common.
    std::vector<std::uint32_t> common(has_table ? (rows + 1) * width : 0);
    const auto is_same = [&](std::size_t i, std::size_t j) {
        return old_at[static_cast<std::ptrdiff_t>(i)] == new_at[static_cast<std::ptrdiff_t>(j)];
    };
    for (std::size_t i = has_table ? rows : 0; i-- > 0;) {
        for (std::size_t j = columns; j-- > 0;) {
            common[i * width + j] =
                is_same(i, j) ? common[(i + 1) * width + j + 1] + 1
                              : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
        }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows || j < columns) {
        if (has_table && i < rows && j < columns && is_same(i, j)) {
            steps.push_back({' ', old_at[static_cast<std::ptrdiff_t>(i)]});
            ++i;
            ++j;
        } else if (i < rows && (!has_table || j == columns ||
                                common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            steps.push_back({'-', old_at[static_cast<std::ptrdiff_t>(i++)]});
        } else {
            steps.push_back({'+', new_at[static_cast<std::ptrdiff_t>(j++)]});
        }
    }
}

std::vector<Step> steps_between(const Lines& old_lines, const Lines& new_lines) {
    // What is the same at both ends needs no table.
    const auto [old_first, new_first] =
        std::mismatch(old_lines.begin(), old_lines.end(), new_lines.begin(), new_lines.end());
    auto old_last = old_lines.end();
    auto new_last = new_lines.end();
    while (old_last != old_first && new_last != new_first && *(old_last - 1) == *(new_last - 1)) {
        --old_last;
        --new_last;
    }
    std::vector<Step> steps;
    for (auto line = old_lines.begin(); line != old_first; ++line) steps.push_back({' ', *line});
    add_steps(old_first, old_last, new_first, new_last, steps);
    for (auto line = old_last; line != old_lines.end(); ++line) steps.push_back({' ', *line});
    return steps;
}

/// "12,3": the first line and how many, as unified diffs say it.
std::string range(std::size_t first, std::size_t count) {
    if (count == 1) return fmt::to_string(first + 1);
    return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

}  // namespace

std::string diff(std::string_view old_text, std::string_view new_text, std::string_view old_label,
                 std::string_view new_label) {
    if (old_text == new_text) return "";
    constexpr std::size_t context = 3;
    const auto old_lines = lines_of(old_text);
    const auto new_lines = lines_of(new_text);
    const auto steps = steps_between(old_lines, new_lines);
    std::string out = fmt::format("--- {}\n+++ {}\n", old_label, new_label);
    std::size_t old_line = 0;
    std::size_t new_line = 0;
    std::size_t at = 0;
    const auto pass = [&](const Step& step) {
        if (step.sign != '+') ++old_line;
        if (step.sign != '-') ++new_line;
    };
    const auto next_change = [&](std::size_t from) {
        while (from < steps.size() && steps[from].sign == ' ') ++from;
        return from;
    };
    for (std::size_t change = next_change(0); change < steps.size(); change = next_change(at)) {
        const std::size_t begin = std::max(at, change > context ? change - context : 0);
        for (; at < begin; ++at) pass(steps[at]);
        // The hunk goes on while the next change is near enough for their contexts to touch.
        std::size_t end = change;
        for (std::size_t next = change; next < steps.size() && next <= end + 2 * context;
             next = next_change(end)) {
            end = next;
            while (end < steps.size() && steps[end].sign != ' ') ++end;
        }
        end = std::min(end + context, steps.size());
        const std::size_t old_first = old_line;
        const std::size_t new_first = new_line;
        std::string body;
        for (; at < end; ++at) {
            pass(steps[at]);
            body += steps[at].sign;
            body += steps[at].line;
            if (!steps[at].line.ends_with('\n')) body += "\n\\ No newline at end of file\n";
        }
        out += fmt::format("@@ -{} +{} @@\n{}", range(old_first, old_line - old_first),
                           range(new_first, new_line - new_first), body);
    }
    return out;
}

}  // namespace rhumb::config
