/// rhumb ca: the local authority.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "certs/authority_rotation.h"
#include "cli/commands.h"
#include "cli/installation.h"
#include "server/machine.h"

namespace rhumb::cli {

namespace {

Result<certs::Authority> get_authority(const Installation& installation) {
    TRY(auto authority, certs::Authority::find(*installation.store));
    if (!authority) return fail(ErrorKind::not_found, "there is no local authority yet; `rhumb serve` makes it at its first start");
    return *std::move(authority);
}

Result<Exit> show(const Context& context) {
    TRY(const auto installation, Installation::open(context));
    TRY(const auto authority, get_authority(installation));
    const auto& root = authority.root();
    const auto constraints = root.name_constraints();
    std::vector<std::string> permitted;
    if (constraints) {
        permitted = constraints->domains;
        for (const auto& range : constraints->ranges) permitted.push_back(range.text());
    }
    if (context.wants_json) {
        say("{}", nlohmann::ordered_json{{"name", root.common_name()},
                                         {"not_before", to_iso(root.not_before())},
                                         {"not_after", to_iso(root.not_after())},
                                         {"fingerprint_sha256", pki::to_colon_hex(root.fingerprint_sha256())},
                                         {"fingerprint_sha1", pki::to_colon_hex(root.fingerprint_sha1())},
                                         {"permitted", permitted},
                                         {"intermediate", {{"name", authority.intermediate().common_name()}, {"not_after", to_iso(authority.intermediate().not_after())}}}}
                      .dump(2));
        return Exit::done;
    }
    say("root           {}", root.common_name());
    say("until          {}", to_text(root.not_after()));
    say("SHA-256        {}", pki::to_colon_hex(root.fingerprint_sha256()));
    say("SHA-1          {}", pki::to_colon_hex(root.fingerprint_sha1()));
    say("may vouch for  {}", constraints ? fmt::format("{}", fmt::join(permitted, ", ")) : "any name");
    say("intermediate   {}, until {}", authority.intermediate().common_name(), to_text(authority.intermediate().not_after()));
    return Exit::done;
}

Result<Exit> export_root(const Context& context, const std::string& out, const std::string& format) {
    TRY(const auto installation, Installation::open(context));
    TRY(const auto authority, get_authority(installation));
    const auto bytes = format == "der" ? authority.root().to_der() : authority.root().to_pem();
    if (!out.empty()) {
        TRY_DONE(write_file_atomically(out, bytes));
        say("{} is in {}", authority.root().common_name(), out);
        return Exit::done;
    }
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    return Exit::done;
}

/// A new root: every client must be given it, so it is never done by the way.
Result<Exit> rotate(const Context& context, const std::vector<std::string>& hosts) {
    if (!context.says_yes)
        return fail(ErrorKind::conflict,
                    "a new root takes the place of the one that clients trust: each of them must be given the new one. To do it: --yes");
    TRY(auto installation, Installation::open(context));
    auto wanted = hosts;
    if (const auto home = installation.home(context))
        if (const auto configuration = home->current())
            for (const auto& site : configuration->document.sites) wanted.insert(wanted.end(), site.host_names.begin(), site.host_names.end());
    TRY(const auto machine, certs::machine_names(server::host_facts(wanted)));
    // Private addresses are permitted in any case; a public one would be that of whoever has it next.
    auto permitted = machine.wanted;
    for (const auto& name : machine.own)
        if (!name.is_ip()) permitted.push_back(name);
    TRY(const auto rotation, certs::rotate_root(*installation.store, installation.seal,
                                                {.host = machine.primary, .permitted = permitted, .now = context.clock.now()},
                                                {certs::Activation::Kind::at_once}, {context.environment.user, "command line"}));
    const auto& authority = rotation.authority;
    for (const auto& note : rotation.notes) say("{}", note);
    say("new root       {}", authority.root().common_name());
    say("SHA-256        {}", pki::to_colon_hex(authority.root().fingerprint_sha256()));
    say("A running server issues new certificates under it within a minute. Now: rhumb trust install");
    return Exit::done;
}

}  // namespace

void add_ca(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("ca", "The local authority: the root that clients are to trust")->require_subcommand(1);
    noun->add_subcommand("show", "What it is, and what it may vouch for")->callback([&context] {
        context.run = [&context] { return show(context); };
    });
    auto hosts = std::make_shared<std::vector<std::string>>();
    auto* const rotate_verb = noun->add_subcommand("rotate", "Make a new root, for other names; clients must be given it");
    rotate_verb->add_option("--host", *hosts, "A name that it shall be able to vouch for; may be given several times");
    rotate_verb->callback([&context, hosts] { context.run = [&context, hosts] { return rotate(context, *hosts); }; });

    auto out = std::make_shared<std::string>();
    auto format = std::make_shared<std::string>("pem");
    auto* const export_verb = noun->add_subcommand("export", "The root's certificate; never a key");
    export_verb->add_option("--out", *out, "A file instead of the screen");
    export_verb->add_option("--format", *format, "pem or der")->check(CLI::IsMember({"pem", "der"}))->capture_default_str();
    export_verb->callback([&context, out, format] { context.run = [&context, out, format] { return export_root(context, *out, *format); }; });
}

}  // namespace rhumb::cli
