/// rhumb trust install, uninstall: has clients trust a root, or no more.

#include "trust/install.h"

#include <algorithm>
#include <iterator>

#include <CLI/CLI.hpp>

#include "cli/commands/cert/shared.h"
#include "cli/commands/trust/groups.h"
#include "cli/commands/trust/shared.h"
#include "cli/trust_report.h"

namespace rhumb::cli {

namespace {

using Change = std::vector<trust::Report> (*)(const pki::Certificate&, const trust::Found&);

/// Does the same for each root, and prints one report of all.
Result<Exit> for_each(const Context& context, const TrustOptions& options,
                      const std::vector<Named>& roots, bool may_create, Change change) {
    std::vector<trust::Report> reports;
    for (const auto& one : roots) {
        TRY(const auto found, chosen_stores(context, options, one.export_command, may_create));
        auto some = change(one.root, found);
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
    return for_each(context, options, *roots, true, trust::install);
}

Result<Exit> uninstall(const Context& context, const TrustOptions& options) {
    auto roots = chosen_roots(context, options, Purpose::remove);
    if (!roots) return refusal(std::move(roots).error());
    return for_each(context, options, *roots, false, trust::uninstall);
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
