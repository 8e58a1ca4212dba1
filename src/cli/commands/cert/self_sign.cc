/// rhumb cert self-sign: a certificate that vouches for itself.

#include "certs/self_sign.h"

#include <CLI/CLI.hpp>

#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/self_signed.h"
#include "cli/commands/cert/shared.h"
#include "cli/deployment.h"
#include "cli/installation.h"
#include "cli/trust_report.h"

namespace rhumb::cli {

namespace {

struct SelfSignOptions {
    std::vector<std::string> names;
    std::string key;
    int days = static_cast<int>(certs::self_signed_lifetime.count());
    certs::SelfSignOrder order;
    Where where;
    bool is_trusted = false;
    std::string stores = "all";
};

Result<certs::SelfSignOrder> to_order(const SelfSignOptions& options) {
    auto order = options.order;
    TRY(order.names, wanted_names(options.names));
    if (!options.key.empty()) {
        TRY(order.key_type, pki::parse_key_type(options.key));
    }
    TRY(order.subject, pki::check_subject(order.subject));
    order.lifetime = std::chrono::days{options.days};
    return order;
}

Result<Exit> run(const Context& context, const SelfSignOptions& options) {
    auto order = to_order(options);
    if (!order) return wrong_usage(order.error());
    TRY(auto installation, Installation::open(context));
    order->now = context.clock.now();
    return self_sign(context, installation,
                     {*order, options.where, options.is_trusted ? options.stores : ""});
}

}  // namespace

Result<Exit> self_sign(const Context& context, Installation& installation,
                       const SelfSigning& wanted) {
    std::string name;
    const auto make = [&]() -> Result<certs::Change> {
        TRY(auto change,
            certs::self_sign(*installation.store, installation.seal, wanted.order, actor(context)));
        name = change.name;
        return change;
    };
    TRY(const auto code,
        carry_out(context, installation, {.make = make, .where = wanted.where, .done = "made"}));
    if (code != Exit::done || wanted.stores.empty()) return code;
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entry, inventory.get(name));
    if (!entry.chain) return tl::unexpected(entry.chain.error());
    return trust_here(
        context, entry.chain->leaf(), wanted.stores,
        fmt::format("{} cert export {} --format pem --data {}",
                    context.environment.program.string(), name, context.data.string()));
}

void add_cert_self_sign(CLI::App& noun, Context& context) {
    auto options = std::make_shared<SelfSignOptions>();
    auto* const verb = noun.add_subcommand(
        "self-sign", "Make a certificate that vouches for itself, for trying things out");
    verb->add_option("--name", options->names,
                     "A DNS name or address that it is to be for; once for each")
        ->required();
    verb->add_option("--days", options->days, "How long it is good")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    verb->add_flag("--over-825-days", options->order.may_outlive_clients,
                   "Allow more than 825 days, which Apple's clients refuse");
    verb->add_option("--key", options->key,
                     "ec-p256 (usual), ec-p384, rsa-2048, rsa-3072, rsa-4096");
    verb->add_option("--common-name", options->order.subject.common_name,
                     "The common name; without it the first name that fits");
    add_subject_options(*verb, options->order.subject);
    verb->add_option("--as", options->order.name, "What it will be called here");
    verb->add_option("--friendly-name", options->order.friendly_name, "Any text for people");
    verb->add_flag("--replace", options->order.may_replace, "In the place of the one of that name");
    add_where_options(*verb, options->where);
    auto* const trust =
        verb->add_flag("--trust", options->is_trusted, "Have this machine's clients trust it");
    verb->add_option("--trust-store", options->stores, "With --trust: system, nss, java or all")
        ->check(CLI::IsMember({"system", "nss", "java", "all"}))
        ->capture_default_str()
        ->needs(trust);
    verb->callback([&context, options] {
        context.run = [&context, options] { return run(context, *options); };
    });
}

}  // namespace rhumb::cli
