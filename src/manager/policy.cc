/// Policy: all statements of the sites, and what holds for one path.

#include "config/allowed.h"
#include "config/words.h"
#include "http/target.h"
#include "manager/facts.h"
#include "manager/resources.h"
#include "policy/verdict.h"
#include "site/explanation.h"
#include "site/inheritance.h"
#include "site/rules.h"

namespace rhumb::manager {

namespace {

policy::Rules rules_of(const config::Document& document, const config::Site& site,
                       const std::filesystem::path& directory) {
    return site::rules_of(document, site, [&](const config::Location& location) {
        return site::is_single_file(site, location, directory);
    });
}

Json allow_of(const policy::Statement& statement) {
    if (!statement.allow) return nullptr;
    auto all = Json::array();
    for (const auto& entry : *statement.allow) all.push_back(config::to_text(entry));
    return all;
}

Json to_json(const config::Site& site, const policy::Statement& statement) {
    const auto& https = statement.require_https;
    const auto& certificate = statement.client_certificate;
    return {{"site", site.name},
            {"path", statement.path},
            {"where", statement.where},
            {"require_https",
             https ? Json(config::word_for(*https, config::require_https_words)) : Json(nullptr)},
            {"client_certificate",
             certificate ? Json(config::word_for(*certificate, config::client_certificate_words))
                         : Json(nullptr)},
            {"allow", allow_of(statement)}};
}

Result<Answer> list_statements(const Call& call) {
    TRY(const auto home, call.parts.home());
    TRY(const auto current, home.current());
    auto all = Json::array();
    for (const auto& site : current.document.sites) {
        const auto rules = rules_of(current.document, site, home.directory());
        all.push_back(to_json(site, rules.of_site()));
        for (const auto& statement : rules.statements()) all.push_back(to_json(site, statement));
    }
    return Answer{.body = {{"statements", std::move(all)}}};
}

Result<const config::Site*> site_of(const config::Document& document, const std::string& name) {
    for (const auto& site : document.sites)
        if (name.empty() || text::iequals(site.name, name)) return &site;
    return fail(ErrorKind::not_found, "there is no site «{}»", name);
}

/// Who would ask; a default caller for nobody.
Result<http::Caller> caller_of(const Call& call) {
    http::Caller caller;
    const auto name = call.asked("user");
    if (name.empty()) return caller;
    TRY(const auto person, call.parts.access.people.load(name));
    if (person == nullptr) return fail(ErrorKind::not_found, "there is no user «{}»", name);
    if (!person->is_active(call.now))
        return fail(ErrorKind::conflict,
                    "the user «{}» is disabled or has expired: nobody comes in as him",
                    person->name);
    caller.by = http::Caller::By::token;
    caller.user = person->name;
    caller.roles = person->roles;
    caller.privilege = person->privilege;
    return caller;
}

Json by(const policy::Statement* statement) {
    return statement == nullptr ? Json("nothing holds below /.well-known/")
                                : Json(statement->where);
}

Result<Answer> explain(const Call& call) {
    TRY(const auto home, call.parts.home());
    TRY(const auto current, home.current());
    TRY(const auto* const site, site_of(current.document, call.asked("site")));
    const auto asked = call.asked("path");
    TRY(const auto path, http::clean_path(asked.empty() ? "/" : asked));
    TRY(auto caller, caller_of(call));
    const auto rules = rules_of(current.document, *site, home.directory());
    const auto holding = rules.at(path);
    const auto answerer = site::find_answerer(*site, path);
    const bool is_secure = call.asked("over") != "http";
    policy::Visit visit{
        .is_secure = is_secure,
        .is_entrance = answerer.is_entrance,
        .has_https_url = current.document.server.public_url.starts_with("https://") ||
                         std::ranges::any_of(site->bindings, &config::Binding::https),
        .ip = call.asked("from")};
    if (is_secure) visit.caller = caller;
    const auto verdict = policy::judge(holding, visit);
    auto allow = Json::array();
    for (const auto* statement : holding.allow_by)
        allow.push_back({{"by", statement->where}, {"value", allow_of(*statement)}});
    return Answer{
        .body = {
            {"site", site->name},
            {"path", path},
            {"answers", answerer.handler},
            {"require_https",
             {{"by", by(holding.https_by)},
              {"value", config::word_for(holding.require_https, config::require_https_words)}}},
            {"client_certificate",
             {{"by", by(holding.certificate_by)},
              {"value",
               config::word_for(holding.client_certificate, config::client_certificate_words)}}},
            {"allow", std::move(allow)},
            {"user", caller.user},
            {"roles", caller.roles},
            {"status", policy::status_of(verdict)},
            {"substatus", policy::substatus_of(verdict)},
            {"verdict", policy::to_text(verdict)}}};
}

Json decided(std::string_view about) {
    return facts(about, {{"by", text("The statement that decides.", 10'000)}, {"value", text("")}});
}

}  // namespace

void add_policy(Table& table) {
    using http::Method;
    const auto allowed = [](std::string_view about) { return or_null(list(about, text("", 300))); };
    table.define("Statement",
                 facts("What a site, location, folder, service or layer says; null: inherited.",
                       {{"site", text("")},
                        {"path", text("", 10'000)},
                        {"where", text("For people.", 10'000)},
                        {"require_https", or_null(text(""))},
                        {"client_certificate", or_null(text(""))},
                        {"allow", allowed("")}}));
    table.define("Statements", facts("", {{"statements", list("", reference("Statement"))}}));
    table.define(
        "Explanation",
        facts("What holds for a path, and what somebody gets there.",
              {{"site", text("")},
               {"path", text("As rules see it: decoded.", 10'000)},
               {"answers", text("")},
               {"require_https", decided("")},
               {"client_certificate", decided("")},
               {"allow", list("Each has to let him in; none: anyone comes in.",
                              facts("", {{"by", text("", 10'000)}, {"value", allowed("")}}))},
               {"user", text("\"\": nobody.")},
               {"roles", list("", text(""))},
               {"status", count("What a browser gets; 200: it is let in.", 100, 599)},
               {"substatus", count("As IIS numbers them: 403.4; 0: none.", 0, 99)},
               {"verdict", text("")}}));
    table.add({.method = Method::get,
               .path = "/policy/statements",
               .id = "listStatements",
               .summary = "All statements of the policy",
               .step = "listing the policy",
               .answer = "Statements",
               .act = list_statements});
    table.add({.method = Method::get,
               .path = "/policy/explain",
               .id = "explainPolicy",
               .summary = "Which statement decides for a path, and what somebody gets there",
               .step = "explaining the policy",
               .query = {{"path", text("As in an address; \"/\" if left out.", 8'000)},
                         {"site", text("Left out: the first.", 200)},
                         {"user", text("Who would ask; left out: nobody.", 128)},
                         {"over", word("https if left out.", {"http", "https"})},
                         {"from", text("From this address.", 64)}},
               .answer = "Explanation",
               .cost = Route::Cost::long_,  // the user may be in a place outside
               .act = explain});
}

}  // namespace rhumb::manager
