/// rhumb trust show: what a root is, before somebody trusts it.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/cert/shared.h"
#include "cli/commands/trust/from.h"
#include "cli/commands/trust/groups.h"
#include "cli/commands/trust/shared.h"
#include "cli/installation.h"
#include "trust/install.h"

namespace rhumb::cli {

namespace {

nlohmann::ordered_json to_json(const pki::Certificate& root,
                               const std::vector<std::string>& warnings) {
    std::vector<std::string> permitted;
    if (const auto constraints = root.name_constraints()) {
        permitted = constraints->domains;
        for (const auto& range : constraints->ranges) permitted.push_back(range.text());
    }
    return {{"subject", root.subject()},
            {"is_authority", root.is_ca()},
            {"is_limited", root.name_constraints().has_value()},
            {"permitted", permitted},
            {"not_before", to_iso(root.not_before())},
            {"not_after", to_iso(root.not_after())},
            {"fingerprint_sha256", pki::to_colon_hex(root.fingerprint_sha256())},
            {"fingerprint_sha1", pki::to_colon_hex(root.fingerprint_sha1())},
            {"warnings", warnings}};
}

Result<Exit> show(const Context& context, const TrustOptions& options, bool as_pem) {
    const auto roots = chosen_roots(context, options, Purpose::look);
    if (!roots && roots.error().kind == ErrorKind::conflict) return refused(roots.error());
    if (!roots) return tl::unexpected(roots.error());
    auto all = nlohmann::ordered_json::array();
    for (const auto& one : *roots) {
        // What is no root is shown all the same, but said to be none.
        const auto checked = trust::check_root(one.root, context.clock.now());
        const auto warnings = checked ? *checked : std::vector{checked.error().message};
        if (as_pem)
            std::fputs(one.root.to_pem().c_str(), stdout);
        else if (!context.wants_json)
            std::fputs(describe_root(one.root).c_str(), stdout);
        if (context.wants_json && !as_pem)
            all.push_back(to_json(one.root, warnings));
        else
            print_notes(warnings);
    }
    if (context.wants_json && !as_pem)
        say("{}", all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return Exit::done;
}

}  // namespace

void add_trust_show(CLI::App& noun, Context& context) {
    auto options = std::make_shared<TrustOptions>();
    auto as_pem = std::make_shared<bool>(false);
    auto* const verb =
        noun.add_subcommand("show", "What a root is: of this installation, a file, a server");
    add_root_options(*verb, *options);
    verb->add_flag("--pem", *as_pem, "Print the certificate itself");
    verb->callback([&context, options, as_pem] {
        context.run = [&context, options, as_pem] { return show(context, *options, *as_pem); };
    });
}

}  // namespace rhumb::cli
