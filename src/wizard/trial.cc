#include "wizard/trial.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/part_names.h"
#include "identity/user.h"

namespace rhumb::wizard {

namespace {

using config::HandlerKind;

constexpr std::string_view services_tree = "/rest/services";
constexpr std::string_view as_json = "?f=json";

std::string encoded(std::string_view path) { return text::percent_encode(path, "/"); }

const config::Location* location_at(const config::Site& site, std::string_view path) {
    const config::Location* found = nullptr;  // sorted by path: the longest is the last
    for (const auto& location : site.locations) {
        const bool is_gis = location.handler == HandlerKind::gis;
        if (policy::covers(location.path, path, is_gis)) found = &location;
    }
    return found;
}

bool is_service(const config::Document& document, std::string_view below) {
    return std::ranges::any_of(document.gis.services, [&](const auto& service) {
        return text::iequals(service.name, below);
    });
}

/// What GIS clients ask at a path of the catalogue; "" for what they do not.
std::string gis_target(const config::Document& document, const config::Location& location,
                       std::string_view path) {
    const auto below = path.substr(location.path.size());
    if (below.empty() || below == "/")
        return fmt::format("{}{}{}", encoded(location.path), services_tree, as_json);
    if (!text::istarts_with(below, services_tree)) {
        // The other tree, where SOAP clients would look, says the same.
        return text::istarts_with(below, "/services") ? std::string{}
                                                      : encoded(path).append(as_json);
    }
    auto name = below.substr(services_tree.size());
    if (name.starts_with('/')) name.remove_prefix(1);
    const auto* const kind = is_service(document, name) ? "/MapServer" : "";
    return fmt::format("{}{}{}", encoded(path), kind, as_json);
}

class Paths {
public:
    Paths(const config::Document& document, const config::Site& site)
        : document_{document}, site_{site} {}

    void add(const std::string& path, const std::string& where, bool is_file) {
        const auto* const location = location_at(site_, path);
        if (location != nullptr && location->handler == HandlerKind::api) return;
        TrialPath one{path, {}, where, false};
        one.is_gis = location != nullptr && location->handler == HandlerKind::gis;
        if (one.is_gis) {
            one.target = gis_target(document_, *location, path);
            if (one.target.empty()) return;
        } else {
            one.target = encoded(path);
            if (!is_file && !one.target.ends_with('/')) one.target += '/';
        }
        if (!targets_.insert(one.target).second) return;
        // As the gate will see it.
        one.path = *text::percent_decode(one.target.substr(0, one.target.find('?')));
        paths_.push_back(std::move(one));
    }

    std::vector<TrialPath> take() { return std::move(paths_); }

private:
    const config::Document& document_;
    const config::Site& site_;
    std::set<std::string> targets_;
    std::vector<TrialPath> paths_;
};

bool is_built_in(const policy::Statement& said) { return said.where.starts_with("built in"); }

void add_names(const std::optional<config::AllowList>& list, std::set<std::string>& roles,
               std::set<std::string>& users) {
    if (!list) return;
    for (const auto& entry : *list) {
        const auto name = text::to_lower(entry.name);
        const bool is_generic = text::iequals(name, identity::everyone) ||
                                text::iequals(name, identity::authenticated) ||
                                text::iequals(name, identity::anonymous);
        if (entry.kind == config::Allowed::Kind::role && !is_generic) roles.insert(name);
        if (entry.kind == config::Allowed::Kind::user) users.insert(name);
    }
}

/// Only the gate says so of its refusals: what handlers answer is another's matter.
bool is_of_the_gate(const fetch::Answer& answer) {
    const auto* const vary = answer.find("vary");
    return vary != nullptr && vary->find("x-esri-authorization") != std::string::npos;
}

int number_in(const nlohmann::json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_number_integer() ? found->get<int>() : 0;
}

/// GIS clients read errors in answers with status 200.
Verdict read_gis(const fetch::Answer& answer) {
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    if (!json.is_object() || !json.contains("error")) return Verdict::let_in;
    const auto& error = json["error"];
    if (!error.is_object()) return Verdict::let_in;
    const auto message = error.value("message", nlohmann::json{});
    if (message == "SSL Required") return Verdict::needs_https;
    if (!is_of_the_gate(answer)) return Verdict::let_in;
    switch (number_in(error, "code")) {
        case 499: return Verdict::needs_sign_in;
        case 498: return Verdict::bad_token;
        case 503: return Verdict::unavailable;
        case 403: break;
        default: return Verdict::let_in;
    }
    if (message == "Client Certificate Required") return Verdict::needs_certificate;
    return message == "Access denied." ? Verdict::not_from_here : Verdict::not_permitted;
}

Verdict read_page(const fetch::Answer& answer) {
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    const int substatus = json.is_object() ? number_in(json, "substatus") : 0;
    if (answer.status == 403 && substatus == 4) return Verdict::needs_https;
    if (!is_of_the_gate(answer)) return Verdict::let_in;
    if (answer.status == 401) {
        const auto* const asked = answer.find("www-authenticate");
        const bool is_bad = asked != nullptr && asked->find("invalid_token") != std::string::npos;
        return is_bad ? Verdict::bad_token : Verdict::needs_sign_in;
    }
    if (answer.status == 503) return Verdict::unavailable;
    if (answer.status != 403) return Verdict::let_in;
    if (substatus == 0) return Verdict::not_permitted;
    return substatus == 6 ? Verdict::not_from_here : Verdict::needs_certificate;
}

}  // namespace

std::string_view to_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::let_in: return "let in";
        case Verdict::to_https: return "sent to https";
        case Verdict::needs_https: return "https only";
        case Verdict::needs_certificate: return "certificate";
        case Verdict::needs_sign_in: return "sign in";
        case Verdict::bad_token: return "bad token";
        case Verdict::not_permitted: return "no";
        case Verdict::not_from_here: return "not from here";
        case Verdict::unavailable: return "unavailable";
        case Verdict::unreachable: return "no answer";
    }
    return "";
}

std::vector<TrialPath> trial_paths(const config::Document& document, const config::Site& site,
                                   const policy::Rules& rules) {
    Paths paths{document, site};
    paths.add("/", config::name_of(site), false);
    for (const auto& said : rules.statements()) {
        if (is_built_in(said)) continue;
        const auto& names = rules.index_names();
        const auto last = said.path.substr(said.path.rfind('/') + 1);
        const bool is_file = said.is_file || std::ranges::find(names, last) != names.end();
        paths.add(said.path, said.where, is_file);
    }
    for (const auto& location : site.locations) {
        const bool is_open = !location.allow && !location.require_https;
        if (is_open && location.handler != HandlerKind::none)
            paths.add(location.path, config::name_of(site, location), false);
        if (location.handler != HandlerKind::gis) continue;
        for (const auto& service : document.gis.services) {
            if (service.allow || service.require_https || !service.started) continue;
            paths.add(fmt::format("{}{}/{}", location.path, services_tree, service.name),
                      config::name_of(service), false);
            break;
        }
    }
    return paths.take();
}

Named named_in(const policy::Rules& rules) {
    std::set<std::string> roles;
    std::set<std::string> users;
    add_names(rules.of_site().allow, roles, users);
    for (const auto& said : rules.statements()) add_names(said.allow, roles, users);
    return {{roles.begin(), roles.end()}, {users.begin(), users.end()}};
}

Verdict expected_verdict(const policy::Rules& rules, const TrialPath& path, const TrialAsker& asker,
                         bool has_https) {
    using config::RequireHttps;
    const auto holding = rules.at(path.path);
    if (!asker.is_secure) {
        if (asker.shows_token) return Verdict::needs_https;
        if (holding.require_https == RequireHttps::redirect && has_https) return Verdict::to_https;
        if (holding.require_https != RequireHttps::no || holding.needs_person())
            return Verdict::needs_https;
    }
    // No certificate is shown.
    if (holding.client_certificate == config::ClientCertificate::require)
        return Verdict::needs_certificate;
    switch (policy::admit(holding, asker.caller, asker.client_ip)) {
        case policy::Admission::admitted: return Verdict::let_in;
        case policy::Admission::unknown: return Verdict::needs_sign_in;
        case policy::Admission::denied: break;
    }
    return asker.caller.is_known() ? Verdict::not_permitted : Verdict::not_from_here;
}

Verdict read_verdict(const fetch::Answer& answer, bool is_gis, bool is_secure) {
    if (!is_secure && answer.status == 308) {
        const auto* const to = answer.find("location");
        if (to != nullptr && to->starts_with("https://")) return Verdict::to_https;
    }
    return is_gis ? read_gis(answer) : read_page(answer);
}

}  // namespace rhumb::wizard
