/// rhumb policy list: everything that is said about who may.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands/policy/groups.h"
#include "cli/commands/policy/standing.h"
#include "cli/table.h"
#include "config/words.h"

namespace rhumb::cli {
namespace {

/// A statement in words; "" where it says nothing.
struct Row {
    std::string path;
    std::string https;
    std::string certificate;
    std::string allow;
    std::string by;
    std::string place;
};

Row to_row(const RulesOf& rules, const policy::Statement& said) {
    Row row{said.path, "", "", allow_text(said), said.where, ""};
    if (said.require_https)
        row.https = config::word_for(*said.require_https, config::require_https_words);
    if (said.client_certificate)
        row.certificate =
            config::word_for(*said.client_certificate, config::client_certificate_words);
    row.place = rules.place_of(said, said.allow                ? Key::allow
                                     : said.client_certificate ? Key::client_certificate
                                                               : Key::require_https);
    return row;
}

Result<Exit> list(const Context& context, const std::string& name) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto rules, RulesOf::read(context, installation));
    auto all = nlohmann::ordered_json::array();
    Table table{{"SITE", "PATH", "HTTPS", "CERTIFICATE", "ALLOW", "SAID BY"}};
    bool is_found = name.empty();
    for (const auto& site : rules.document().sites) {
        if (!name.empty() && !text::iequals(site.name, name)) continue;
        is_found = true;
        const auto of_site = rules.rules(site);
        const auto add = [&](const policy::Statement& said) {
            const auto row = to_row(rules, said);
            all.push_back({{"site", site.name},
                           {"path", row.path},
                           {"require_https", row.https},
                           {"client_certificate", row.certificate},
                           {"allow", row.allow},
                           {"by", row.by},
                           {"place", row.place}});
            const auto filled = [](const std::string& text) { return text.empty() ? "-" : text; };
            table.add({site.name, row.path, filled(row.https), filled(row.certificate),
                       filled(row.allow), row.by + (row.place.empty() ? "" : ", " + row.place)});
        };
        add(of_site.of_site());
        for (const auto& said : of_site.statements()) add(said);
    }
    if (!is_found) return fail(ErrorKind::not_found, "there is no site «{}»", name);
    if (context.wants_json)
        say("{}", all.dump(2));
    else
        table.print();
    return Exit::done;
}

}  // namespace

void add_policy_list(CLI::App& noun, Context& context) {
    const auto site = std::make_shared<std::string>();
    auto* const verb = noun.add_subcommand("list", "All rules of all sites");
    verb->add_option("--site", *site, "Of one site alone");
    verb->callback(
        [&context, site] { context.run = [&context, site] { return list(context, *site); }; });
}

}  // namespace rhumb::cli
