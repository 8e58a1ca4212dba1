/// rhumb cert status: which certificate is served where.

#include <algorithm>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "certs/credentials.h"
#include "cli/certificate_facts.h"
#include "cli/commands/cert/groups.h"
#include "cli/installation.h"
#include "cli/table.h"
#include "site/served.h"

namespace rhumb::cli {

namespace {

/// The end of the first that is shown.
std::optional<Seconds> until(const site::Served& served) {
    if (served.choice.credentials.empty()) return {};
    return served.choice.credentials.front()->chain().leaf().not_after();
}

nlohmann::ordered_json to_json(const site::Served& served) {
    const auto end = until(served);
    return {{"site", served.site},
            {"binding", served.binding.to_text()},
            {"host", served.host.empty() ? "(any)" : served.host},
            {"certificate", end ? nlohmann::ordered_json(served.certificates.front())
                                : nlohmann::ordered_json(nullptr)},
            {"certificates", served.certificates},
            {"covers_host", served.choice.is_for_name},
            {"not_after",
             end ? nlohmann::ordered_json(to_iso(*end)) : nlohmann::ordered_json(nullptr)}};
}

/// What is worth a word beside the certificate's name.
std::string note_of(const site::Served& served) {
    const bool is_wrong = !served.host.empty() && !served.choice.is_for_name;
    return is_wrong && !served.certificates.empty() ? " (not for this host)" : "";
}

Result<Exit> status(const Context& context, const std::string& wanted_site) {
    TRY(auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    certs::Credentials credentials;
    TRY_DONE(credentials.reload(inventory, context.clock.now()));
    TRY(const auto home, installation.home(context));
    TRY(const auto configuration, home.current());
    const auto& sites = configuration.document.sites;
    if (!wanted_site.empty() &&
        std::ranges::find(sites, wanted_site, &config::Site::name) == sites.end())
        return fail(ErrorKind::not_found, "there is no site «{}»; `rhumb status` lists them",
                    wanted_site);
    auto lines = site::all_served(configuration.document, *credentials.current());
    if (!wanted_site.empty())
        std::erase_if(lines, [&](const auto& line) { return line.site != wanted_site; });
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& line : lines) all.push_back(to_json(line));
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"SITE", "BINDING", "HOST", "CERTIFICATE", "UNTIL"}};
    for (const auto& line : lines) {
        const auto end = until(line);
        table.add({line.site, line.binding.to_text(), line.host.empty() ? "(any)" : line.host,
                   end ? text::join(line.certificates, ", ") + note_of(line) : "none installed",
                   end ? to_text(*end) : ""});
    }
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
