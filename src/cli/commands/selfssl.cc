/// rhumb selfssl: a self-signed certificate in one line, with SelfSSL's own switches.

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "certs/host_names.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/commands/cert/self_signed.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"
#include "cli/selfssl_switches.h"
#include "server/machine.h"

namespace rhumb::cli {

namespace {

constexpr std::string_view usage =
    R"(rhumb selfssl [/T] [/N:CN=name] [/K:bits] [/V:days] [/S:site] [/P:port] [/Q]

Makes a self-signed certificate and has a site show it.
  /T         have this machine's clients trust it
  /N:CN=name the name that people type for the server; usual: this machine's name
  /K:bits    the size of the RSA key: 2048 (usual), 3072 or 4096
  /V:days    how long it is good; usual: 397
  /S:site    the site, by its number (1 is the first, and usual) or its name
  /P:port    the https port; usual: those that the site has
  /Q         do not ask before another certificate is replaced
)";

Result<std::string> machine_name() {
    TRY(const auto machine, certs::machine_names(server::host_facts({})));
    return machine.primary;
}

/// The site, by its number or name.
Result<const config::Site*> find_site(const config::Document& document, const std::string& wanted) {
    if (const auto number = text::to_integer(wanted);
        number && *number >= 1 && *number <= static_cast<std::int64_t>(document.sites.size()))
        return &document.sites[static_cast<std::size_t>(*number - 1)];
    const auto found = std::ranges::find_if(
        document.sites, [&](const auto& site) { return text::iequals(site.name, wanted); });
    if (found != document.sites.end()) return &*found;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < document.sites.size(); ++i)
        known.push_back(fmt::format("{} «{}»", i + 1, document.sites[i].name));
    return fail(ErrorKind::not_found, "selfssl: there is no site «{}»; there are: {}", wanted,
                text::join(known, ", "));
}

/// What it will be called: the name, unless something better than a self-signed one has that.
std::string choose_name(const std::vector<certs::Entry>& entries, const std::string& name) {
    const auto holder = std::ranges::find_if(
        entries, [&](const auto& entry) { return text::iequals(entry.record.name, name); });
    const bool is_free =
        holder == entries.end() || holder->record.origin == storage::Origin::self_signed;
    return is_free ? name : name + "-self-signed";
}

/// The question of the original, where the site shows something.
Result<void> confirm_replacement(const Context& context, const SelfSslSwitches& switches,
                                 const config::Site& site) {
    std::vector<std::string> shown;
    for (const auto& binding : site.bindings) {
        if (!binding.https || (switches.port && binding.port != *switches.port)) continue;
        for (const auto& name : site.certificates_of(binding))
            if (std::ranges::find(shown, name) == shown.end()) shown.push_back(name);
    }
    if (switches.is_quiet || shown.empty()) return {};
    return confirm(context,
                   fmt::format("The site «{}» shows a certificate already ({}). Replace it?",
                               site.name, text::join(shown, ", ")),
                   "/Q");
}

Result<Exit> run(const Context& context, const std::vector<std::string>& arguments) {
    auto switches = parse_selfssl(arguments);
    if (!switches) return wrong_usage(switches.error());
    if (switches->wants_help) {
        std::fputs(std::string{usage}.c_str(), stdout);
        return Exit::done;
    }
    if (switches->names.empty()) {
        TRY(auto name, machine_name());
        switches->names.push_back(std::move(name));
    }
    const auto names = wanted_names(switches->names);
    if (!names) return wrong_usage(names.error());
    const auto subject = pki::check_subject(switches->subject);
    if (!subject) return wrong_usage(subject.error());

    TRY(auto installation, Installation::open(context));
    TRY(const auto home, installation.home(context));
    TRY(const auto configuration, home.current());
    const auto site = find_site(configuration.document, switches->site);
    if (!site) return wrong_usage(site.error());
    TRY_DONE(confirm_replacement(context, *switches, **site));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entries, inventory.list());
    print_notes(switches->notes);
    return self_sign(context, installation,
                     {.order = {.names = *names,
                                .subject = *subject,
                                .key_type = switches->key_type,
                                .lifetime = switches->lifetime,
                                .may_outlive_clients = true,
                                .name = choose_name(entries, names->front().text()),
                                .may_replace = true,
                                .now = context.clock.now()},
                      .where = {.site = (*site)->name, .port = switches->port},
                      .stores = switches->is_trusted ? "all" : ""});
}

}  // namespace

void add_selfssl(CLI::App& app, Context& context) {
    auto* const command = app.add_subcommand(
        "selfssl",
        "A self-signed certificate in one line, with the switches of SelfSSL: /? lists them");
    // The switches are no options to the parser: it is given what it knows, and leaves the rest.
    command->allow_extras();
    command->fallthrough(false);
    command->add_option("--data", context.data, "The data directory");
    command->add_flag("--json", context.wants_json, "Print facts as JSON");
    command->add_flag("--yes", context.says_yes, "Do not ask");
    command->callback([&context, command] {
        context.run = [&context, arguments = command->remaining()] {
            return run(context, arguments);
        };
    });
}

}  // namespace rhumb::cli
