/// rhumb cert renew, revoke: a new one before its time, and one that is not to be trusted any more.

#include "certs/renewal.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "certs/revocation.h"
#include "cli/ask.h"
#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/shared.h"
#include "cli/deployment.h"
#include "cli/installation.h"
#include "server/machine.h"

namespace rhumb::cli {

namespace {

struct RevokeOptions {
    std::string name;
    std::string user;
    std::string serial;
    std::string reason = "unspecified";
    bool is_alone = false;
};

Result<Exit> renew(const Context& context, const std::string& name) {
    TRY(auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entry, inventory.get(name));
    certs::Renewal renewal{*installation.store, installation.seal, actor(context)};
    renewal.set_crl_base(crl_base(context, installation));
    const auto make = [&] {
        // The server may have been told more names of the machine than this program knows.
        return renewal.renew_now(entry.record.name, server::host_facts(certs::names_to_keep(entry)),
                                 context.clock.now());
    };
    return carry_out(context, installation, {.make = make, .where = {}, .done = "renewed"});
}

Result<certs::RevocationOrder> to_order(const RevokeOptions& options) {
    const int told = static_cast<int>(!options.name.empty()) +
                     static_cast<int>(!options.user.empty()) +
                     static_cast<int>(!options.serial.empty());
    if (told != 1)
        return fail(ErrorKind::invalid,
                    "what is to be revoked? One of: a certificate's NAME, --client USER, --serial "
                    "NUMBER");
    certs::RevocationOrder order;
    order.name = options.user.empty() ? options.name : options.user;
    order.is_client = !options.user.empty();
    order.serial = options.serial;
    order.replaces = !options.is_alone;
    TRY(order.reason, pki::parse_revocation_reason(options.reason));
    return order;
}

std::string question(const RevokeOptions& options) {
    const auto what = !options.serial.empty() ? "the certificate with the number " + options.serial
                      : !options.user.empty()
                          ? "all certificates of the client «" + options.user + "»"
                          : "the certificate «" + options.name + "»";
    return fmt::format("Revoke {} for good (reason: {})? It cannot be taken back.", what,
                       options.reason);
}

Exit tell(const Context& context, const certs::Revocation& revocation) {
    if (!context.wants_json) {
        for (const auto& one : revocation.revoked)
            say("Revoked: «{}», number {}", one.name, one.serial);
        return Exit::done;
    }
    auto all = nlohmann::ordered_json::array();
    for (const auto& one : revocation.revoked)
        all.push_back(
            {{"name", one.name}, {"serial", one.serial}, {"not_after", to_iso(one.not_after)}});
    say("{}", nlohmann::ordered_json{{"revoked", all}, {"notes", revocation.notes}}.dump(2));
    return Exit::done;
}

Result<Exit> revoke(const Context& context, const RevokeOptions& options) {
    auto order = to_order(options);
    if (!order) return wrong_usage(order.error());
    TRY(auto installation, Installation::open(context));
    TRY_DONE(confirm(context, question(options)));
    order->now = context.clock.now();
    order->crl_base = crl_base(context, installation);
    certs::Revocation revocation;
    const auto make = [&]() -> Result<certs::Change> {
        TRY(revocation,
            certs::revoke(*installation.store, installation.seal, *order, actor(context)));
        return revocation.change.value_or(certs::Change{});
    };
    TRY(const auto code,
        carry_out(context, installation,
                  {.make = make,
                   .where = {},
                   .done = order->replaces ? "replaced by a new one" : "out of use",
                   .is_told = !context.wants_json}));
    if (code == Exit::done) tell(context, revocation);
    print_notes(revocation.notes);
    return code;
}

void add_renew(CLI::App& noun, Context& context) {
    auto name = std::make_shared<std::string>();
    auto* const verb = noun.add_subcommand(
        "renew", "Renew one now; those of the local authority renew themselves in time");
    verb->add_option("name", *name, "The certificate's name")->required();
    verb->callback(
        [&context, name] { context.run = [&context, name] { return renew(context, *name); }; });
}

}  // namespace

void add_cert_renewal(CLI::App& noun, Context& context) {
    add_renew(noun, context);
    auto options = std::make_shared<RevokeOptions>();
    auto* const verb = noun.add_subcommand(
        "revoke", "Say that a certificate of the local authority is not to be trusted any more");
    verb->add_option("name", options->name, "The certificate's name");
    verb->add_option("--client", options->user, "All certificates of this client");
    verb->add_option("--serial", options->serial, "The certificate with this serial number");
    verb->add_option("--reason", options->reason,
                     "keyCompromise, superseded, cessationOfOperation, affiliationChanged, "
                     "privilegeWithdrawn, unspecified")
        ->capture_default_str();
    verb->add_flag("--without-replacement", options->is_alone,
                   "Make no new one in its place; it goes out of use");
    verb->callback([&context, options] {
        context.run = [&context, options] { return revoke(context, *options); };
    });
}

}  // namespace rhumb::cli
