/// rhumb cert status: which certificate is served where.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "certs/credentials.h"
#include "cli/certificate_facts.h"
#include "cli/commands/cert/groups.h"
#include "cli/installation.h"
#include "cli/table.h"

namespace rhumb::cli {

namespace {

/// One line of `cert status`.
struct Served {
    std::string site;
    std::string binding;
    std::string host;
    std::string certificate;  // "" when there is none
    Seconds until{};
};

std::vector<Served> served_by(const config::Site& site, const certs::CredentialSet& certificates,
                              const std::vector<certs::Entry>& entries) {
    std::vector<Served> lines;
    for (const auto& binding : site.bindings) {
        if (!binding.https) continue;
        auto hosts = site.host_names;
        if (hosts.empty()) hosts.emplace_back();
        for (const auto& host : hosts) {
            auto credential =
                site.certificate == "auto" ? nullptr : certificates.find_by_name(site.certificate);
            if (!credential)
                credential = certificates.find_by_host(
                    host.starts_with("*.") ? "any" + host.substr(1) : host);
            if (!credential && !(site.strict_sni && !host.empty()))
                credential = certificates.default_credential();
            Served line{site.name, binding.to_text(), host.empty() ? "(any)" : host, "", {}};
            if (credential) {
                const auto& leaf = credential->chain().leaf();
                line.until = leaf.not_after();
                line.certificate = leaf.common_name();
                for (const auto& entry : entries)
                    if (entry.chain && entry.chain->leaf() == leaf)
                        line.certificate = entry.record.name;
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
        for (auto& line : served_by(site, *credentials.current(), entries))
            lines.push_back(std::move(line));
    }
    if (!is_found)
        return fail(ErrorKind::not_found, "there is no site «{}»; `rhumb status` lists them",
                    wanted_site);
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& line : lines)
            all.push_back({{"site", line.site},
                           {"binding", line.binding},
                           {"host", line.host},
                           {"certificate", line.certificate.empty()
                                               ? nlohmann::ordered_json(nullptr)
                                               : nlohmann::ordered_json(line.certificate)},
                           {"not_after", line.certificate.empty()
                                             ? nlohmann::ordered_json(nullptr)
                                             : nlohmann::ordered_json(to_iso(line.until))}});
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"SITE", "BINDING", "HOST", "CERTIFICATE", "UNTIL"}};
    for (const auto& line : lines)
        table.add({line.site, line.binding, line.host,
                   line.certificate.empty() ? "none installed" : line.certificate,
                   line.certificate.empty() ? "" : to_text(line.until)});
    table.print();
    return Exit::done;
}

}  // namespace

void add_cert_status(CLI::App& noun, Context& context) {
    auto site = std::make_shared<std::string>();
    auto* const verb =
        noun.add_subcommand("status", "For each site and binding: which certificate, until when");
    verb->add_option("--site", *site, "This site only");
    verb->callback(
        [&context, site] { context.run = [&context, site] { return status(context, *site); }; });
}

}  // namespace rhumb::cli
