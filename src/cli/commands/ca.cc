/// rhumb ca: the local authority: its root, the next one, and its revocation lists.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "certs/authority_rotation.h"
#include "certs/host_names.h"
#include "certs/revocation.h"
#include "certs/revocation_lists.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"
#include "cli/output.h"
#include "cli/table.h"
#include "pki/crl.h"
#include "server/machine.h"

namespace rhumb::cli {

namespace {

struct ExportOptions {
    std::string out;
    std::string format = "pem";
    bool is_next = false;
};

struct RotateOptions {
    std::vector<std::string> hosts;
    std::string intermediate_reason;
    int days = static_cast<int>(certs::activation_delay.count());
    bool is_now = false;
    bool is_by_hand = false;
    bool activates = false;
    bool cancels = false;
    bool is_intermediate = false;
};

struct CrlOptions {
    std::string out;
    std::string format = "der";
};

Result<certs::Authority> get_authority(const Installation& installation) {
    TRY(auto authority, certs::Authority::find(*installation.store));
    if (!authority)
        return fail(ErrorKind::not_found,
                    "there is no local authority yet; `rhumb serve` makes it at its first start");
    return *std::move(authority);
}

std::vector<std::string> permitted_by(const pki::Certificate& root) {
    std::vector<std::string> permitted;
    if (const auto constraints = root.name_constraints()) {
        permitted = constraints->domains;
        for (const auto& range : constraints->ranges) permitted.push_back(range.text());
    }
    return permitted;
}

nlohmann::ordered_json to_json(const certs::Authority& authority) {
    const auto& root = authority.root();
    nlohmann::ordered_json facts{
        {"name", root.common_name()},
        {"state", certs::to_text(authority.state())},
        {"not_before", to_iso(root.not_before())},
        {"not_after", to_iso(root.not_after())},
        {"fingerprint_sha256", pki::to_colon_hex(root.fingerprint_sha256())},
        {"fingerprint_sha1", pki::to_colon_hex(root.fingerprint_sha1())},
        {"permitted", permitted_by(root)},
        {"intermediate",
         {{"name", authority.intermediate().common_name()},
          {"not_after", to_iso(authority.intermediate().not_after())}}}};
    if (authority.record().activates) facts["activates"] = to_iso(*authority.record().activates);
    if (authority.record().retired) facts["retired"] = to_iso(*authority.record().retired);
    return facts;
}

std::string state_of(const certs::Authority& authority) {
    const auto& record = authority.record();
    switch (authority.state()) {
        case certs::AuthorityState::active: return "signs";
        case certs::AuthorityState::next:
            return record.activates
                       ? fmt::format("made known, signs from {}", to_text(*record.activates))
                       : "made known, signs once it is activated";
        case certs::AuthorityState::retired:
            return record.retired ? fmt::format("retired {}", to_text(*record.retired)) : "retired";
    }
    return "";
}

void print(const certs::Authority& authority) {
    const auto& root = authority.root();
    const auto permitted = permitted_by(root);
    say("root           {}", root.common_name());
    say("state          {}", state_of(authority));
    say("until          {}", to_text(root.not_after()));
    say("SHA-256        {}", pki::to_colon_hex(root.fingerprint_sha256()));
    say("SHA-1          {}", pki::to_colon_hex(root.fingerprint_sha1()));
    say("may vouch for  {}", root.name_constraints() ? text::join(permitted, ", ") : "any name");
    say("intermediate   {}, until {}", authority.intermediate().common_name(),
        to_text(authority.intermediate().not_after()));
}

Result<Exit> show(const Context& context) {
    TRY(const auto installation, Installation::open(context));
    TRY(const auto active, get_authority(installation));
    TRY(const auto all, certs::Authority::list(*installation.store));
    if (context.wants_json) {
        auto facts = to_json(active);
        facts["authorities"] = nlohmann::ordered_json::array();
        for (const auto& one : all) facts["authorities"].push_back(to_json(one));
        say("{}", facts.dump(2));
        return Exit::done;
    }
    print(active);
    for (const auto& one : all) {
        if (one.id() == active.id()) continue;
        say("");
        print(one);
    }
    return Exit::done;
}

Result<Exit> export_root(const Context& context, const ExportOptions& options) {
    TRY(const auto installation, Installation::open(context));
    TRY(auto authority, get_authority(installation));
    if (options.is_next) {
        TRY(auto next, certs::Authority::find_next(*installation.store));
        if (!next)
            return fail(ErrorKind::not_found,
                        "no next root was made known; `rhumb ca rotate` makes one");
        authority = *std::move(next);
    }
    const auto is_der = options.format == "der";
    const auto bytes = is_der ? authority.root().to_der() : authority.root().to_pem();
    const auto file = options.out.empty() ? "-" : options.out;
    TRY_DONE(write_output(context, file, {.bytes = bytes, .has_key = false, .is_binary = is_der}));
    if (file != "-") say("{} is in {}", authority.root().common_name(), file);
    return Exit::done;
}

/// Names that a new root shall be able to vouch for: the machine's, the sites', and those told.
Result<certs::AuthorityOptions> options_for_root(const Context& context, Installation& installation,
                                                 std::vector<std::string> wanted) {
    if (const auto home = installation.home(context))
        if (const auto configuration = home->current())
            for (const auto& site : configuration->document.sites)
                wanted.insert(wanted.end(), site.host_names.begin(), site.host_names.end());
    TRY(const auto machine, certs::machine_names(server::host_facts(std::move(wanted))));
    // Private addresses are permitted in any case; a public one would be that of whoever has it
    // next.
    auto permitted = machine.wanted;
    for (const auto& name : machine.own)
        if (!name.is_ip()) permitted.push_back(name);
    return certs::AuthorityOptions{
        .host = machine.primary, .permitted = std::move(permitted), .now = context.clock.now()};
}

certs::Activation activation_of(const Context& context, const RotateOptions& options) {
    if (options.is_now) return {certs::Activation::Kind::at_once, {}};
    if (options.is_by_hand) return {certs::Activation::Kind::by_hand, {}};
    return {certs::Activation::Kind::at_time,
            context.clock.now() + std::chrono::days{options.days}};
}

Exit tell(const Context& context, const certs::Authority& authority,
          const std::vector<std::string>& notes, std::string_view next_step) {
    if (context.wants_json) {
        auto facts = to_json(authority);
        facts["notes"] = notes;
        say("{}", facts.dump(2));
        return Exit::done;
    }
    print(authority);
    say("");
    for (const auto& note : notes) say("{}", note);
    say("{}", next_step);
    return Exit::done;
}

constexpr std::string_view after_activation =
    "A running server issues new certificates under it within a minute. Now: rhumb trust install";

Result<Exit> make_root(const Context& context, Installation& installation,
                       const RotateOptions& options) {
    if (options.is_now)
        TRY_DONE(
            confirm(context,
                    "A new root takes the place of the one that clients trust, at once: each of "
                    "them must be given the new one. Do it?"));
    TRY(const auto root, options_for_root(context, installation, options.hosts));
    const auto rotation = certs::rotate_root(*installation.store, installation.seal, root,
                                             activation_of(context, options), actor(context));
    if (!rotation) {
        if (rotation.error().kind == ErrorKind::conflict) return refused(rotation.error());
        return tl::unexpected(rotation.error());
    }
    return tell(context, rotation->authority, rotation->notes,
                options.is_now ? after_activation
                               : "Give it to all clients until then (rhumb trust install; rhumb ca "
                                 "export --next). Sooner: rhumb ca rotate --activate. Not at all: "
                                 "rhumb ca rotate --cancel");
}

Result<Exit> activate(const Context& context, Installation& installation) {
    TRY_DONE(confirm(context,
                     "The next root signs from now on, and the one before it is retired. Do all "
                     "clients have the next one?"));
    TRY(const auto authority,
        certs::activate_root(*installation.store, actor(context), context.clock.now()));
    return tell(context, authority, {}, after_activation);
}

Result<Exit> rotate_intermediate(const Context& context, Installation& installation,
                                 const RotateOptions& options) {
    if (!options.intermediate_reason.empty()) {
        const auto reason = pki::parse_revocation_reason(options.intermediate_reason);
        if (!reason) return wrong_usage(reason.error());
        TRY_DONE(confirm(context,
                         "Revoke the intermediate that signs now? All certificates below "
                         "it are replaced."));
        TRY(const auto revocation,
            certs::revoke_intermediate(*installation.store, installation.seal, *reason,
                                       context.clock.now(), actor(context)));
        print_notes(revocation.notes);
        TRY(const auto now_signing, get_authority(installation));
        return tell(context, now_signing, {}, "The next renewal replaces what hung below it.");
    }
    TRY(const auto authority, get_authority(installation));
    TRY(const auto renewed,
        authority.renew_intermediate(*installation.store, installation.seal, context.clock.now(),
                                     actor(context), crl_base(context, installation)));
    return tell(context, renewed, {},
                "Clients need nothing new. Certificates of the one before it stay good.");
}

Result<Exit> rotate(const Context& context, const RotateOptions& options) {
    TRY(auto installation, Installation::open(context));
    if (options.activates) return activate(context, installation);
    if (options.is_intermediate) return rotate_intermediate(context, installation, options);
    if (!options.cancels) return make_root(context, installation, options);
    TRY_DONE(certs::cancel_rotation(*installation.store, actor(context), context.clock.now()));
    say("The next root is given up; the one that signs goes on.");
    return Exit::done;
}

/// Writes the lists into a directory, each under the last part of its path.
Result<void> write_lists(const Context& context, const std::vector<certs::PublishedCrl>& lists,
                         const CrlOptions& options) {
    for (const auto& list : lists) {
        auto name = std::filesystem::path{list.path}.filename();
        std::string bytes = list.der;
        if (options.format == "pem") {
            TRY(const auto crl, pki::Crl::from_der(list.der));
            bytes = crl.to_pem();
            name.replace_extension(".pem");
        }
        auto over = context;
        over.says_yes = true;  // an older list is of no use to anybody
        TRY_DONE(write_output(over, (std::filesystem::path{options.out} / name).string(),
                              {.bytes = bytes}));
    }
    return {};
}

Result<Exit> crl(const Context& context, const CrlOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto report,
        certs::refresh_crls(*installation.store, installation.seal, context.clock.now()));
    print_notes(report.failures);
    TRY(const auto lists, certs::current_crls(*installation.store));
    if (!options.out.empty()) TRY_DONE(write_lists(context, lists, options));
    auto all = nlohmann::ordered_json::array();
    Table table{{"ISSUER", "NUMBER", "REVOKED", "NEXT UPDATE", "PATH"}};
    for (const auto& list : lists) {
        TRY(const auto read, pki::Crl::from_der(list.der));
        table.add({read.issuer(), std::to_string(list.number),
                   std::to_string(read.revoked().size()), to_text(list.next_update), list.path});
        auto revoked = nlohmann::ordered_json::array();
        for (const auto& one : read.revoked())
            revoked.push_back({{"serial", one.serial},
                               {"when", to_iso(one.when)},
                               {"reason", pki::to_text(one.reason)}});
        all.push_back({{"issuer", read.issuer()},
                       {"number", list.number},
                       {"this_update", to_iso(list.this_update)},
                       {"next_update", to_iso(list.next_update)},
                       {"path", list.path},
                       {"revoked", revoked}});
    }
    if (context.wants_json)
        say("{}", all.dump(2));
    else
        table.print();
    return report.failures.empty() ? Exit::done : Exit::failed;
}

void add_rotate(CLI::App& noun, Context& context) {
    auto options = std::make_shared<RotateOptions>();
    auto* const verb = noun.add_subcommand(
        "rotate", "Make a new root beside the old one, which signs until the new one is activated");
    verb->add_option("--host", options->hosts,
                     "A name that it shall be able to vouch for; may be given several times");
    auto* const days =
        verb->add_option("--days", options->days, "It is activated after so many days")
            ->check(CLI::Range(1, 3650))
            ->capture_default_str();
    auto* const now = verb->add_flag("--now", options->is_now, "It is activated at once");
    auto* const by_hand =
        verb->add_flag("--by-hand", options->is_by_hand, "It is activated by --activate alone");
    auto* const activates =
        verb->add_flag("--activate", options->activates, "Let the next root sign from now on");
    auto* const cancels = verb->add_flag("--cancel", options->cancels, "Give the next root up");
    auto* const intermediate = verb->add_flag("--intermediate", options->is_intermediate,
                                              "Only a new intermediate below the same root");
    verb->add_option("--revoke", options->intermediate_reason,
                     "With --intermediate: revoke the one before it, for this reason")
        ->needs(intermediate);
    for (auto* const one : {now, by_hand, activates, cancels, intermediate})
        for (auto* const other : {days, now, by_hand, activates, cancels, intermediate})
            if (one != other) one->excludes(other);
    verb->callback([&context, options] {
        context.run = [&context, options] { return rotate(context, *options); };
    });
}

}  // namespace

void add_ca(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("ca", "The local authority: the root that clients are to trust")
            ->require_subcommand(1);
    noun->add_subcommand("show", "What it is, and what it may vouch for")->callback([&context] {
        context.run = [&context] { return show(context); };
    });
    add_rotate(*noun, context);

    auto options = std::make_shared<ExportOptions>();
    auto* const export_verb = noun->add_subcommand("export", "The root's certificate; never a key");
    export_verb->add_option("--out", options->out, "A file instead of the screen");
    export_verb->add_option("--format", options->format, "pem or der")
        ->check(CLI::IsMember({"pem", "der"}))
        ->capture_default_str();
    export_verb->add_flag("--next", options->is_next,
                          "The next root instead of the one that signs");
    export_verb->callback([&context, options] {
        context.run = [&context, options] { return export_root(context, *options); };
    });

    auto lists = std::make_shared<CrlOptions>();
    auto* const crl_verb =
        noun->add_subcommand("crl", "The revocation lists, made anew where that is due");
    crl_verb->add_option("--out", lists->out, "A directory to write them into")
        ->check(CLI::ExistingDirectory);
    crl_verb->add_option("--format", lists->format, "der or pem")
        ->check(CLI::IsMember({"der", "pem"}))
        ->capture_default_str();
    crl_verb->callback(
        [&context, lists] { context.run = [&context, lists] { return crl(context, *lists); }; });
}

}  // namespace rhumb::cli
