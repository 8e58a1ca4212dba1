/// rhumb trust install, uninstall: has clients trust a root, or no more.

#include "trust/install.h"

#include <algorithm>
#include <iterator>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/trust/groups.h"
#include "cli/commands/trust/shared.h"
#include "cli/installation.h"
#include "cli/trust_report.h"

namespace rhumb::cli {

namespace {

using Change = std::vector<trust::Report> (*)(const pki::Certificate&, const trust::Found&);

/// What was done to trust stores of this machine is in the audit trail of its installation; where
/// there is none (a client of another machine's server), there is nothing to write into.
void note(const Context& context, std::string_view what, const pki::Certificate& root,
          const std::vector<trust::Report>& reports) {
    std::vector<std::string> places;
    for (const auto& report : reports)
        if (report.outcome == trust::Outcome::done) places.push_back(report.store.location);
    std::error_code failed;
    if (places.empty() || !std::filesystem::exists(context.data / "rhumb.db", failed)) return;
    const auto by = actor(context);
    auto store = open_store(context);
    const auto noted =
        store ? store->transact([&](storage::Transaction& transaction) -> Result<void> {
            TRY_DONE(transaction.add_event({.time = context.clock.now(),
                                            .who = by.who,
                                            .from = by.from,
                                            .what = std::string{what},
                                            .subject = root.common_name(),
                                            .detail = text::join(places, ", ")}));
            return {};
        })
              : Result<void>{tl::unexpected(store.error())};
    if (noted) return;
    const auto warning =
        fmt::format("it is done, but not in the audit trail: {}", noted.error().message);
    print_notes({&warning, 1});
}

/// Does the same for each root, and prints one report of all.
Result<Exit> for_each(const Context& context, const TrustOptions& options,
                      const std::vector<Named>& roots, bool may_create, Change change,
                      std::string_view what) {
    std::vector<trust::Report> reports;
    for (const auto& one : roots) {
        TRY(const auto found, chosen_stores(context, options, one.export_command, may_create));
        auto some = change(one.root, found);
        note(context, what, one.root, some);
        if (roots.size() > 1)
            for (auto& report : some)
                report.store.location += fmt::format(" («{}»)", one.root.common_name());
        std::ranges::move(some, std::back_inserter(reports));
    }
    return print(context, reports);
}

/// Another fingerprint than the one that was told is a refusal, not a failure.
Result<Exit> refusal(Error error) {
    if (error.kind == ErrorKind::conflict) return refused(error);
    return tl::unexpected(std::move(error));
}

Result<Exit> install(const Context& context, const TrustOptions& options) {
    auto roots = chosen_roots(context, options, Purpose::install);
    if (!roots) return refusal(std::move(roots).error());
    for (const auto& one : *roots) {
        TRY(const auto warnings, trust::check_root(one.root, context.clock.now()));
        print_notes(warnings);
    }
    return for_each(context, options, *roots, true, trust::install, "trust.installed");
}

Result<Exit> uninstall(const Context& context, const TrustOptions& options) {
    auto roots = chosen_roots(context, options, Purpose::remove);
    if (!roots) return refusal(std::move(roots).error());
    return for_each(context, options, *roots, false, trust::uninstall, "trust.removed");
}

}  // namespace

void add_trust_install(CLI::App& noun, Context& context) {
    const auto add = [&](const char* name, const char* help,
                         Result<Exit> (*run)(const Context&, const TrustOptions&)) {
        auto options = std::make_shared<TrustOptions>();
        auto* const verb = noun.add_subcommand(name, help);
        add_root_options(*verb, *options);
        add_store_options(*verb, *options);
        verb->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
    };
    add("install", "Put the root into the trust stores", install);
    add("uninstall", "Take it out of them", uninstall);
}

}  // namespace rhumb::cli
