/// rhumb security test: whether the policy is what it says.

#include <CLI/CLI.hpp>

#include "cli/commands/cert/shared.h"
#include "cli/commands/security/shared.h"
#include "cli/trial_report.h"
#include "wizard/json.h"

namespace rhumb::cli {

namespace {

Result<Exit> test(const Context& context) {
    TRY(const auto report, try_policy(context));
    if (context.wants_json)
        say("{}", wizard::to_json(report).dump(2));
    else
        print(report);
    return count_wrong(report) == 0 ? Exit::done : Exit::refused;
}

}  // namespace

Result<wizard::TrialReport> try_policy(const Context& context) {
    TRY(auto desk, TokenDesk::open(context));
    TRY(const auto home, desk.installation->home(context));
    return wizard::run_trial({.store = *desk.installation->store,
                              .seal = desk.installation->seal,
                              .clock = context.clock,
                              .home = home,
                              .people = *desk.people,
                              .tokens = *desk.tokens,
                              .running = [&] { return find_running(context); },
                              .actor = actor(context)});
}

void add_security_test(CLI::App& noun, Context& context) {
    noun.add_subcommand("test",
                        "Ask the running server for every path with a policy, over http and "
                        "https, as nobody and as a member of each role")
        ->callback([&context] { context.run = [&context] { return test(context); }; });
}

}  // namespace rhumb::cli
