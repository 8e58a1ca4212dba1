/// rhumb policy explain: which rule decides for an address, and what somebody gets there.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/policy/groups.h"
#include "cli/commands/policy/standing.h"
#include "config/network.h"
#include "config/words.h"
#include "http/target.h"
#include "policy/verdict.h"
#include "site/explanation.h"

namespace rhumb::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ExplainOptions {
    std::string url;
    std::string site;
    std::string user;
    std::string over;
    std::string from;
    bool has_certificate = false;
};

/// An address as it was typed, taken apart.
struct Target {
    bool https = true;
    std::string host{};  ///< "": a path alone was given
    std::uint16_t port = 443;
    std::string path{};
};

Result<Target> to_target(const ExplainOptions& options) {
    Target target;
    std::string_view rest = options.url;
    const bool is_http = text::istarts_with(rest, "http://");
    if (is_http || text::istarts_with(rest, "https://")) {
        rest.remove_prefix(is_http ? 7 : 8);
        const auto end = std::min(rest.size(), rest.find_first_of("/?#"));
        TRY(auto authority, http::parse_authority(rest.substr(0, end)));
        target.https = !is_http;
        target.host = std::move(authority.host);
        target.port = authority.port.value_or(is_http ? std::uint16_t{80} : std::uint16_t{443});
        rest.remove_prefix(end);
    } else if (!rest.starts_with('/')) {
        return fail(ErrorKind::invalid,
                    "«{}» is neither an address (https://gis.example.org/private) nor a path "
                    "(/private)",
                    options.url);
    }
    const auto path = rest.substr(0, rest.find_first_of("?#"));
    TRY(target.path, http::clean_path(path.empty() ? "/" : path));
    if (!options.over.empty() && options.over != "http" && options.over != "https")
        return fail(ErrorKind::invalid, "--over «{}»: http or https", options.over);
    if (!options.over.empty() && target.host.empty()) target.https = options.over == "https";
    if (!options.from.empty() && !config::parse_network(options.from))
        return fail(ErrorKind::invalid, "--from «{}» is no IP address", options.from);
    return target;
}

/// The site that answers: by its name, by the address, or the only one.
Result<const config::Site*> site_of(const RulesOf& rules, const Target& target,
                                    const std::string& name) {
    for (const auto& site : rules.document().sites)
        if (!name.empty() && text::iequals(site.name, name)) return &site;
    if (!name.empty()) return fail(ErrorKind::not_found, "there is no site «{}»", name);
    const auto& sites = rules.document().sites;
    if (target.host.empty()) {
        if (sites.size() == 1) return &sites.front();
        return fail(ErrorKind::invalid,
                    "there are {} sites: give a whole address, or say which one by --site",
                    sites.size());
    }
    const auto* const found =
        site::find_site(rules.served(), target.https, target.host, target.port);
    if (found == nullptr)
        return fail(ErrorKind::not_found,
                    "no site answers «{}» on port {} over {}; `rhumb status` shows what listens. "
                    "--site names one whatever its ports",
                    target.host, target.port, target.https ? "https" : "http");
    for (const auto& site : sites)
        if (site.name == found->name) return &site;
    return &sites.front();  // both have the same sites
}

/// Everything that is told.
struct Explanation {
    const config::Site& site;
    const RulesOf& rules;
    const policy::Holding& holding;
    site::Answerer answerer;
    Asker asker;
    policy::Visit visit;
    policy::Verdict verdict;
};

bool has_https(const RulesOf& rules, const config::Site& site) {
    return rules.document().server.public_url.starts_with("https://") ||
           std::ranges::any_of(site.bindings, &config::Binding::https);
}

Json said_by(const Explanation& told, const policy::Statement* by, Key key) {
    if (by == nullptr) return {{"by", "nothing holds below /.well-known/"}, {"place", ""}};
    return {{"by", by->where}, {"place", told.rules.place_of(*by, key)}};
}

Json to_json(const Explanation& told, const Target& target) {
    auto https = said_by(told, told.holding.https_by, Key::require_https);
    https["value"] = config::word_for(told.holding.require_https, config::require_https_words);
    auto certificate = said_by(told, told.holding.certificate_by, Key::client_certificate);
    certificate["value"] =
        config::word_for(told.holding.client_certificate, config::client_certificate_words);
    auto allow = Json::array();
    const auto add = [&](const policy::Statement& by) {
        auto one = said_by(told, &by, Key::allow);
        one["value"] = allow_text(by);
        allow.push_back(std::move(one));
    };
    for (const auto* by : told.holding.allow_by) add(*by);
    if (allow.empty() && told.holding.open_by != nullptr) add(*told.holding.open_by);
    return {{"path", target.path},
            {"site", told.site.name},
            {"answers", {{"path", told.answerer.path}, {"handler", told.answerer.handler}}},
            {"require_https", std::move(https)},
            {"client_certificate", std::move(certificate)},
            {"allow", std::move(allow)},
            {"user", told.asker.caller.user},
            {"roles", told.asker.ways},
            {"note", told.asker.note},
            {"over", told.visit.is_secure ? "https" : "http"},
            {"from", told.visit.ip},
            {"status", policy::status_of(told.verdict)},
            {"substatus", policy::substatus_of(told.verdict)},
            {"verdict", policy::to_text(told.verdict)}};
}

void say_rule(const Explanation& told, const char* what, std::string_view value,
              const policy::Statement* by, Key key) {
    const auto place = by == nullptr ? "" : told.rules.place_of(*by, key);
    say("{:<12} {:<22} {}{}{}", what, value,
        by == nullptr ? "nothing holds below /.well-known/" : by->where, place.empty() ? "" : ", ",
        place);
}

void print(const Explanation& told, const Target& target) {
    const auto& holding = told.holding;
    say("{:<12} {}", "path", target.path);
    say("{:<12} {}", "site", told.site.name);
    say("{:<12} {} ({})", "answered at", told.answerer.path, told.answerer.handler);
    say_rule(told, "https", config::word_for(holding.require_https, config::require_https_words),
             holding.https_by, Key::require_https);
    say_rule(told, "certificate",
             config::word_for(holding.client_certificate, config::client_certificate_words),
             holding.certificate_by, Key::client_certificate);
    for (const auto* by : holding.allow_by)
        say_rule(told, "allow", allow_text(*by), by, Key::allow);
    if (holding.allow_by.empty()) say_rule(told, "allow", "anyone", holding.open_by, Key::allow);
    if (holding.needs_person() && holding.require_https == config::RequireHttps::no)
        say("{:<12} {}", "", "it takes a person, so it is never served in the clear");
    if (told.answerer.is_entrance)
        say("{:<12} {}", "", "it is a way in, so it is never served in the clear");
    const auto& user = told.asker.caller.user;
    say("{:<12} {}, over {}{}{}", "who", user.empty() ? "nobody" : user,
        told.visit.is_secure ? "https" : "http", told.visit.ip.empty() ? "" : ", from ",
        told.visit.ip);
    for (const auto& way : told.asker.ways) say("{:<12} {}", "role", way);
    if (!told.asker.note.empty()) say("{:<12} {}", "note", told.asker.note);
    say("{:<12} {}", "gets", policy::to_text(told.verdict));
}

Result<Exit> explain(const Context& context, const ExplainOptions& options) {
    const auto target = to_target(options);
    if (!target) return wrong_usage(target.error());
    TRY(auto installation, Installation::open(context));
    TRY(const auto rules, RulesOf::read(context, installation));
    TRY(const auto* const site, site_of(rules, *target, options.site));
    const auto of_site = rules.rules(*site);
    const auto holding = of_site.at(target->path);
    TRY(auto asker, find_asker(context, options.user));
    auto answerer = site::find_answerer(*site, target->path);
    policy::Visit visit{.is_secure = options.over.empty() ? target->https : options.over == "https",
                        .has_certificate = options.has_certificate,
                        .is_entrance = answerer.is_entrance,
                        .has_https_url = has_https(rules, *site),
                        .caller = asker.caller,
                        .ip = options.from};
    const auto verdict = policy::judge(holding, visit);
    const Explanation told{
        *site, rules, holding, std::move(answerer), std::move(asker), std::move(visit), verdict};
    if (context.wants_json)
        say("{}", to_json(told, *target).dump(2));
    else
        print(told, *target);
    return Exit::done;
}

}  // namespace

void add_policy_explain(CLI::App& noun, Context& context) {
    const auto options = std::make_shared<ExplainOptions>();
    auto* const verb = noun.add_subcommand(
        "explain", "Which rules decide for an address, and who gets what there");
    verb->add_option("url", options->url, "An address, or a path")->required();
    verb->add_option("--site", options->site, "Which site, for a path where there are several");
    verb->add_option("--as", options->user, "Who asks; nobody otherwise");
    verb->add_option("--over", options->over, "http or https; as the address says otherwise");
    verb->add_option("--from", options->from, "The client's IP address");
    verb->add_flag("--with-certificate", options->has_certificate,
                   "The client shows a good certificate when asked");
    verb->callback([&context, options] {
        context.run = [&context, options] { return explain(context, *options); };
    });
}

}  // namespace rhumb::cli
