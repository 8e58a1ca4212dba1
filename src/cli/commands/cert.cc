/// rhumb cert: which certificates there are, and which of them is served where.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "certs/credentials.h"
#include "cli/certificate_facts.h"
#include "cli/commands.h"
#include "cli/installation.h"
#include "cli/table.h"

namespace rhumb::cli {

namespace {

Result<Exit> list(const Context& context, bool with_archived) {
    TRY(const auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entries, inventory.list(with_archived));
    const auto now = context.clock.now();
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& entry : entries) all.push_back(to_json(entry, now));
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"NAME", "STATE", "UNTIL", "ORIGIN", "FOR"}};
    for (const auto& entry : entries) {
        const auto& names = entry.record.names;
        const auto more = names.size() > 3 ? fmt::format(" and {} more", names.size() - 3) : "";
        const std::vector<std::string> first(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, names.size())));
        table.add({entry.record.name, state_of(entry, now), to_text(entry.record.not_after), std::string{certs::to_text(entry.record.origin)},
                   fmt::format("{}{}", fmt::join(first, ", "), more)});
    }
    table.print();
    return Exit::done;
}

Result<Exit> show(const Context& context, const std::string& name) {
    TRY(const auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entry, inventory.get(name));
    const auto facts = to_json(entry, context.clock.now());
    if (context.wants_json) {
        say("{}", facts.dump(2));
        return Exit::done;
    }
    for (const auto& [key, value] : facts.items()) {
        std::string label = key;
        std::ranges::replace(label, '_', ' ');
        if (key == "names") {
            say("{:<22} {}", label, fmt::join(value.get<std::vector<std::string>>(), ", "));
        } else if (key == "renewal") {
            if (value["failures"] != 0) say("{:<22} {} failures, the last: {}", "renewal", value["failures"].get<int>(), value["last_error"].get<std::string>());
        } else {
            say("{:<22} {}", label, value.is_string() ? value.get<std::string>() : value.dump());
        }
    }
    return Exit::done;
}

/// One line of `cert status`.
struct Served {
    std::string site;
    std::string binding;
    std::string host;
    std::string certificate;  // "" when there is none
    Seconds until{};
};

std::vector<Served> served_by(const config::Site& site, const certs::CredentialSet& certificates, const std::vector<certs::Entry>& entries) {
    std::vector<Served> lines;
    for (const auto& binding : site.bindings) {
        if (!binding.https) continue;
        auto hosts = site.host_names;
        if (hosts.empty()) hosts.emplace_back();
        for (const auto& host : hosts) {
            auto credential = site.certificate == "auto" ? nullptr : certificates.find_by_name(site.certificate);
            if (!credential) credential = certificates.find_by_host(host.starts_with("*.") ? "any" + host.substr(1) : host);
            if (!credential && !(site.strict_sni && !host.empty())) credential = certificates.default_credential();
            Served line{site.name, binding.to_text(), host.empty() ? "(any)" : host, "", {}};
            if (credential) {
                const auto& leaf = credential->chain().leaf();
                line.until = leaf.not_after();
                line.certificate = leaf.common_name();
                for (const auto& entry : entries)
                    if (entry.chain && entry.chain->leaf() == leaf) line.certificate = entry.record.name;
            }
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

Result<Exit> status(const Context& context, const std::string& wanted_site) {
    TRY(auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entries, inventory.list());
    certs::Credentials credentials;
    TRY_DONE(credentials.reload(inventory, context.clock.now()));
    TRY(const auto home, installation.home(context));
    TRY(const auto configuration, home.current());
    std::vector<Served> lines;
    bool is_found = wanted_site.empty();
    for (const auto& site : configuration.document.sites) {
        if (!wanted_site.empty() && site.name != wanted_site) continue;
        is_found = true;
        for (auto& line : served_by(site, *credentials.current(), entries)) lines.push_back(std::move(line));
    }
    if (!is_found) return fail(ErrorKind::not_found, "there is no site «{}»; `rhumb status` lists them", wanted_site);
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& line : lines)
            all.push_back({{"site", line.site}, {"binding", line.binding}, {"host", line.host},
                           {"certificate", line.certificate.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(line.certificate)},
                           {"not_after", line.certificate.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(to_iso(line.until))}});
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"SITE", "BINDING", "HOST", "CERTIFICATE", "UNTIL"}};
    for (const auto& line : lines)
        table.add({line.site, line.binding, line.host, line.certificate.empty() ? "none installed" : line.certificate,
                   line.certificate.empty() ? "" : to_text(line.until)});
    table.print();
    return Exit::done;
}

}  // namespace

void add_cert(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("cert", "Certificates: what there is, what is served where")->require_subcommand(1);
    auto with_archived = std::make_shared<bool>(false);
    auto* const list_verb = noun->add_subcommand("list", "All certificates of this installation");
    list_verb->add_flag("--archived", *with_archived, "Those out of use as well");
    list_verb->callback([&context, with_archived] { context.run = [&context, with_archived] { return list(context, *with_archived); }; });

    auto name = std::make_shared<std::string>();
    auto* const show_verb = noun->add_subcommand("show", "One certificate in full");
    show_verb->add_option("name", *name, "Its name in the list")->required();
    show_verb->callback([&context, name] { context.run = [&context, name] { return show(context, *name); }; });

    auto site = std::make_shared<std::string>();
    auto* const status_verb = noun->add_subcommand("status", "For each site and binding: which certificate, until when");
    status_verb->add_option("--site", *site, "This site only");
    status_verb->callback([&context, site] { context.run = [&context, site] { return status(context, *site); }; });
}

}  // namespace rhumb::cli
