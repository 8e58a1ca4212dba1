/// rhumb security: whether the policy is what it says.

#include <algorithm>
#include <functional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/table.h"
#include "cli/token_desk.h"
#include "wizard/trial_run.h"

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

nlohmann::ordered_json to_json(const TrialReport& report) {
    auto callers = nlohmann::ordered_json::array();
    for (const auto& caller : report.callers)
        callers.push_back(
            {{"name", caller.name}, {"about", caller.about}, {"roles", caller.caller.roles}});
    auto results = nlohmann::ordered_json::array();
    for (const auto& one : report.results) {
        nlohmann::ordered_json json{{"site", one.site},
                                    {"url", one.url},
                                    {"by", one.where},
                                    {"secure", one.is_secure},
                                    {"caller", one.caller},
                                    {"expected", to_text(one.expected)},
                                    {"found", to_text(one.found)},
                                    {"good", one.is_as_expected()}};
        if (!one.trouble.empty()) json["trouble"] = one.trouble;
        results.push_back(std::move(json));
    }
    const bool is_good = std::ranges::all_of(report.results, &TrialResult::is_as_expected);
    return {{"good", is_good},
            {"callers", std::move(callers)},
            {"results", std::move(results)},
            {"notes", report.notes}};
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

Result<Exit> test(const Context& context) {
    TRY(auto desk, TokenDesk::open(context));
    TRY(const auto home, desk.installation->home(context));
    TRY(const auto report, wizard::run_trial({.store = *desk.installation->store,
                                              .seal = desk.installation->seal,
                                              .clock = context.clock,
                                              .home = home,
                                              .people = *desk.people,
                                              .tokens = *desk.tokens,
                                              .running = [&] { return find_running(context); },
                                              .actor = actor(context)}));
    const auto wrong = static_cast<std::size_t>(
        std::ranges::count_if(report.results, std::not_fn(&TrialResult::is_as_expected)));
    const auto exit = wrong == 0 ? Exit::done : Exit::refused;
    if (context.wants_json) {
        say("{}", to_json(report).dump(2));
        return exit;
    }
    print_table(report);
    say("");
    for (const auto& caller : report.callers)
        if (!caller.about.empty()) say("{}: {}", caller.name, caller.about);
    print_notes(report.notes);
    print_notes(troubles_of(report));
    if (wrong == 0)
        say("{} requests: what comes of each is what the configuration says.",
            report.results.size());
    else
        say("{} of {} requests did not come out as the configuration says.", wrong,
            report.results.size());
    return exit;
}

}  // namespace

void add_security(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("security", "Whether the policy is what it says")->require_subcommand(1);
    noun->add_subcommand("test",
                         "Ask the running server for every path with a policy, over http and "
                         "https, as nobody and as a member of each role")
        ->callback([&context] { context.run = [&context] { return test(context); }; });
}

}  // namespace rhumb::cli
