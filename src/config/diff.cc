#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
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

/// The longest common subsequence of two runs of lines.
class Common {
public:
    using Run = std::span<const std::string_view>;

    Common(Run old_lines, Run new_lines)
        : old_{old_lines}, new_{new_lines}, width_{new_lines.size() + 1} {
        constexpr std::size_t cells_max = 4U << 20U;
        if (!old_.empty() && !new_.empty() && old_.size() > cells_max / new_.size()) return;
        lengths_.resize((old_.size() + 1) * width_);
        for (std::size_t i = old_.size(); i-- > 0;)
            for (std::size_t j = new_.size(); j-- > 0;)
                lengths_[i * width_ + j] =
                    is_same(i, j) ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }

    /// Runs that are too long for the table are never the same: they are shown as replaced
    /// altogether.
    bool is_kept(std::size_t i, std::size_t j) const {
        return !lengths_.empty() && i < old_.size() && j < new_.size() && is_same(i, j);
    }
    /// Whether the old line goes before the new one comes.
    bool is_old_first(std::size_t i, std::size_t j) const {
        if (i == old_.size()) return false;
        return lengths_.empty() || j == new_.size() || at(i + 1, j) >= at(i, j + 1);
    }

private:
    bool is_same(std::size_t i, std::size_t j) const { return old_[i] == new_[j]; }
    /// How many lines the rests from i and from j have in common.
    std::uint32_t at(std::size_t i, std::size_t j) const { return lengths_[i * width_ + j]; }

    Run old_;
    Run new_;
    std::size_t width_;
    std::vector<std::uint32_t> lengths_;  // empty: too long for it
};

void add_steps(Common::Run old_lines, Common::Run new_lines, std::vector<Step>& steps) {
    const Common common{old_lines, new_lines};
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < old_lines.size() || j < new_lines.size()) {
        if (common.is_kept(i, j)) {
            steps.push_back({' ', old_lines[i++]});
            ++j;
        } else if (common.is_old_first(i, j)) {
            steps.push_back({'-', old_lines[i++]});
        } else {
            steps.push_back({'+', new_lines[j++]});
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
    add_steps({old_first, old_last}, {new_first, new_last}, steps);
    for (auto line = old_last; line != old_lines.end(); ++line) steps.push_back({' ', *line});
    return steps;
}

/// "12,3": the first line and how many, as unified diffs say it.
std::string range(std::size_t first, std::size_t count) {
    if (count == 1) return fmt::to_string(first + 1);
    return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

constexpr std::size_t context = 3;

/// Steps that are shown together.
struct Hunk {
    std::size_t begin;
    std::size_t end;
};

std::size_t find_change(const std::vector<Step>& steps, std::size_t from) {
    while (from < steps.size() && steps[from].sign == ' ') ++from;
    return from;
}

/// The hunk with the first change at or after `from`; nothing when there is none.
std::optional<Hunk> find_hunk(const std::vector<Step>& steps, std::size_t from) {
    const auto change = find_change(steps, from);
    if (change == steps.size()) return {};
    Hunk hunk{std::max(from, change > context ? change - context : 0), change};
    // It goes on while the next change is near enough for their contexts to touch.
    for (auto next = change; next < steps.size() && next <= hunk.end + 2 * context;
         next = find_change(steps, hunk.end)) {
        hunk.end = next;
        while (hunk.end < steps.size() && steps[hunk.end].sign != ' ') ++hunk.end;
    }
    hunk.end = std::min(hunk.end + context, steps.size());
    return hunk;
}

/// How many lines of the two texts steps stand for.
struct Position {
    std::size_t old_line = 0;
    std::size_t new_line = 0;

    void pass(const Step& step) {
        if (step.sign != '+') ++old_line;
        if (step.sign != '-') ++new_line;
    }
};

std::string to_text(const Step& step) {
    const auto* const end = step.line.ends_with('\n') ? "" : "\n\\ No newline at end of file\n";
    return fmt::format("{}{}{}", step.sign, step.line, end);
}

}  // namespace

std::string diff(std::string_view old_text, std::string_view new_text, std::string_view old_label,
                 std::string_view new_label) {
    if (old_text == new_text) return "";
    const auto old_lines = lines_of(old_text);
    const auto new_lines = lines_of(new_text);
    const auto steps = steps_between(old_lines, new_lines);
    std::string out = fmt::format("--- {}\n+++ {}\n", old_label, new_label);
    Position position;
    std::size_t at = 0;
    while (const auto hunk = find_hunk(steps, at)) {
        for (; at < hunk->begin; ++at) position.pass(steps[at]);
        const auto first = position;
        std::string body;
        for (; at < hunk->end; ++at) {
            position.pass(steps[at]);
            body += to_text(steps[at]);
        }
        out += fmt::format("@@ -{} +{} @@\n{}",
                           range(first.old_line, position.old_line - first.old_line),
                           range(first.new_line, position.new_line - first.new_line), body);
    }
    return out;
}

}  // namespace rhumb::config
