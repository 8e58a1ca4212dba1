#include "cli/trial_report.h"

#include <algorithm>
#include <functional>

#include "cli/commands/cert/shared.h"
#include "cli/table.h"

namespace rhumb::cli {

namespace {

using wizard::TrialReport;
using wizard::TrialResult;

std::string cell(const TrialResult& result) {
    if (result.is_as_expected()) return std::string{to_text(result.found)};
    return fmt::format("{}! (by the rules: {})", to_text(result.found), to_text(result.expected));
}

/// One row for each path and scheme, one column for each caller.
void print_table(const TrialReport& report) {
    std::vector<std::string> head{"ADDRESS"};
    for (const auto& caller : report.callers) head.push_back(caller.name);
    head.emplace_back("BY");
    Table table{std::move(head)};
    const auto width = report.callers.size();
    for (std::size_t i = 0; i + width <= report.results.size(); i += width) {
        std::vector<std::string> row{report.results[i].url};
        for (std::size_t j = 0; j < width; ++j) row.push_back(cell(report.results[i + j]));
        row.push_back(report.results[i].where);
        table.add(std::move(row));
    }
    table.print();
}

/// Each once: a server that is not reached is not reached for all.
std::vector<std::string> troubles_of(const TrialReport& report) {
    std::vector<std::string> all;
    for (const auto& one : report.results) {
        if (one.trouble.empty()) continue;
        auto text = fmt::format("{}: {}", one.url, one.trouble);
        if (std::ranges::find(all, text) == all.end()) all.push_back(std::move(text));
    }
    return all;
}

}  // namespace

std::size_t count_wrong(const TrialReport& report) {
    return static_cast<std::size_t>(
        std::ranges::count_if(report.results, std::not_fn(&TrialResult::is_as_expected)));
}

void print(const TrialReport& report) {
    print_table(report);
    say("");
    for (const auto& caller : report.callers)
        if (!caller.about.empty()) say("{}: {}", caller.name, caller.about);
    print_notes(report.notes);
    print_notes(troubles_of(report));
    if (const auto wrong = count_wrong(report); wrong == 0)
        say("{} requests: what comes of each is what the configuration says.",
            report.results.size());
    else
        say("{} of {} requests did not come out as the configuration says.", wrong,
            report.results.size());
}

}  // namespace rhumb::cli
