/// GIS services: published from files on the server, started, stopped, secured, removed.

#include "site/services.h"

#include "config/allowed.h"
#include "manager/facts.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

site::Change change_of(const Call& call, std::string comment) {
    return {call.actor.who, call.actor.from, std::move(comment), call.now};
}

/// Services in folders have two segments: "/services/Hydrography/Rivers".
std::string name_in(const Call& call) {
    const auto folder = call.path.find("folder");
    return folder == call.path.end() ? call.at("name") : folder->second + "/" + call.at("name");
}

Json to_json(const std::optional<config::RequireHttps>& rule) {
    if (!rule) return nullptr;
    switch (*rule) {
        case config::RequireHttps::no: return "no";
        case config::RequireHttps::refuse: return "refuse";
        case config::RequireHttps::redirect: return "redirect";
    }
    return nullptr;
}

std::optional<config::RequireHttps> to_rule(const Json& value) {
    if (value.is_null()) return std::nullopt;
    const auto& word = value.get_ref<const std::string&>();
    return word == "no"       ? config::RequireHttps::no
           : word == "refuse" ? config::RequireHttps::refuse
                              : config::RequireHttps::redirect;
}

Json to_json(const std::optional<config::AllowList>& allow) {
    if (!allow) return nullptr;
    auto all = Json::array();
    for (const auto& entry : *allow) all.push_back(config::to_text(entry));
    return all;
}

Json to_json(const config::GisService& service, bool may_see_source) {
    return {{"name", service.name},
            {"title", service.title},
            {"description", service.description},
            {"attribution", service.attribution},
            {"started", service.started},
            {"source", may_see_source ? Json(service.source) : Json(nullptr)},
            {"require_https", to_json(service.require_https)},
            {"allow", may_see_source ? to_json(service.allow) : Json(nullptr)}};
}

/// Who does not publish sees the services that he may use, and not where their data is.
bool may_publish(const Call& call) { return call.caller->privilege >= Privilege::publish; }

bool is_seen(const Call& call, const config::Gis& gis, const config::GisService& service) {
    if (may_publish(call) || call.sight == nullptr) return true;
    return call.sight->sees(fmt::format("/{}/rest/services/{}", gis.instance, service.name));
}

Result<Answer> list_services(const Call& call) {
    TRY(const auto home, call.parts.home());
    TRY(const auto current, home.current());
    const auto& gis = current.document.gis;
    std::vector<config::GisService> services;
    for (const auto& service : gis.services)
        if (is_seen(call, gis, service)) services.push_back(service);
    std::ranges::sort(services, {}, [](const auto& one) { return text::to_lower(one.name); });
    return page_of(
        services, call, [](const auto& one) { return one.name; },
        [&](const auto& one) { return to_json(one, may_publish(call)); });
}

Result<config::GisService> get(const Call& call, const std::string& name) {
    TRY(const auto home, call.parts.home());
    TRY(auto current, home.current());
    const auto* const service = site::find_service(current.document, name);
    if (service == nullptr || !is_seen(call, current.document.gis, *service))
        return fail(ErrorKind::not_found, "there is no service «{}»", name);
    return *service;
}

Result<Answer> show(const Call& call) {
    TRY(const auto service, get(call, name_in(call)));
    return Answer{.body = to_json(service, may_publish(call))};
}

/// What is left out stays as it is; null is as the folder or site says.
Result<void> take(const Json& body, config::GisService& service) {
    service.title = text_of(body, "title", service.title);
    service.description = text_of(body, "description", service.description);
    service.attribution = text_of(body, "attribution", service.attribution);
    service.started = body.value("started", service.started);
    if (body.contains("require_https")) service.require_https = to_rule(body["require_https"]);
    if (!body.contains("allow")) return {};
    service.allow.reset();
    if (body["allow"].is_null()) return {};
    TRY(service.allow, config::parse_allow_list(body["allow"].get<std::vector<std::string>>()));
    return {};
}

Result<Answer> publish(const Call& call) {
    config::GisService service;
    service.name = text_of(call.body, "name");
    service.source = text_of(call.body, "source");
    TRY_DONE(take(call.body, service));
    TRY(auto home, call.parts.home());
    TRY(const auto published,
        site::publish(home, service, call.body.value("replace", false),
                      change_of(call, fmt::format("publish {}", service.name))));
    auto layers = Json::array();
    for (const auto& layer : published.inspection.layers)
        layers.push_back({{"name", layer.name},
                          {"type", gis::to_word(layer.geometry_type)},
                          {"features", layer.feature_count},
                          {"fields", layer.fields}});
    return Answer{.body = {{"service", to_json(service, true)},
                           {"revision", published.revision},
                           {"format", published.inspection.format},
                           {"layers", std::move(layers)},
                           {"warnings", published.inspection.warnings}},
                  .location = "/services/" + text::percent_encode(service.name, "/")};
}

Result<Answer> change(const Call& call) {
    const auto name = name_in(call);
    // Said before anything is changed.
    config::GisService changed;
    TRY_DONE(take(call.body, changed));
    TRY(auto home, call.parts.home());
    TRY(const auto revision, site::change_service(
                                 home, name,
                                 [&](config::GisService& service) {
                                     (void)take(call.body, service);
                                     changed = service;
                                 },
                                 change_of(call, fmt::format("change {}", name))));
    (void)revision;
    return Answer{.body = to_json(changed, true)};
}

Result<Answer> remove(const Call& call) {
    const auto name = name_in(call);
    TRY(auto home, call.parts.home());
    TRY(const auto revision,
        site::remove_service(home, name, change_of(call, fmt::format("remove {}", name))));
    (void)revision;
    return Answer{};
}

std::vector<Member> changeable() {
    return {{"title", text("For people; \"\": made of the name.", 1'000)},
            {"description", text("", 10'000)},
            {"attribution", text("Who is to be named.", 1'000)},
            {"started", boolean("False: it stays in the configuration and is not served.")},
            {"require_https",
             or_null(word("null: as the folder or site says.", {"no", "refuse", "redirect"}))},
            {"allow", or_null(list("anyone, authenticated, role:NAME, user:NAME, address:NETWORK; "
                                   "null: as the folder or site says.",
                                   text("", 300), 1'000))}};
}

}  // namespace

void add_services(Table& table) {
    using http::Method;
    auto members = changeable();
    members.insert(members.begin(), {"name", text("\"Name\", or \"Folder/Name\".", 1'000)});
    members.push_back(
        {"source", or_null(text("A path on the server; null: not for who asks.", 10'000))});
    table.define("Service", facts("A GIS service.", std::move(members)));
    table.define_list("Services", "Service");
    auto wanted = changeable();
    wanted.insert(wanted.begin(), {"source", text("A path on the server.", 4'000), true});
    wanted.insert(wanted.begin(), {"name", text("\"Name\", or \"Folder/Name\".", 500), true});
    wanted.push_back({"replace", boolean("In the place of a service of that name.")});
    table.define("NewService", object("", std::move(wanted)));
    table.define("ChangedService", object("What is left out stays as it is.", changeable()));
    table.define(
        "PublishedService",
        facts("", {{"service", reference("Service")},
                   {"revision", count("Of the configuration.")},
                   {"format", text("")},
                   {"layers", list("", facts("", {{"name", text("", 1'000)},
                                                  {"type", text("")},
                                                  {"features", count("", 0, 1'000'000'000'000)},
                                                  {"fields", list("", text("", 1'000))}}))},
                   {"warnings", list("", text("", 10'000))}}));
    table.add({.method = Method::get,
               .path = "/services",
               .id = "listServices",
               .needs = Privilege::view,
               .summary = "List the GIS services that you may see",
               .step = "listing services",
               .answer = "Services",
               .is_listed = true,
               .act = list_services});
    table.add({.method = Method::post,
               .path = "/services",
               .id = "publishService",
               .needs = Privilege::publish,
               .summary = "Publish a file of the server",
               .step = "publishing a service",
               .body = "NewService",
               .success = 201,
               .answer = "PublishedService",
               .cost = Route::Cost::long_,
               .act = publish});
    for (const bool is_in_folder : {false, true}) {
        const std::string path = is_in_folder ? "/services/{folder}/{name}" : "/services/{name}";
        const std::string suffix = is_in_folder ? "InFolder" : "";
        table.add({.method = Method::get,
                   .path = path,
                   .id = "getService" + suffix,
                   .needs = Privilege::view,
                   .summary = "A GIS service",
                   .step = "looking at a service",
                   .answer = "Service",
                   .act = show});
        table.add({.method = Method::patch,
                   .path = path,
                   .id = "changeService" + suffix,
                   .needs = Privilege::publish,
                   .summary = "Start, stop, secure or describe a service",
                   .step = "changing a service",
                   .body = "ChangedService",
                   .answer = "Service",
                   .needs_match = true,
                   .act = change});
        table.add({.method = Method::delete_,
                   .path = path,
                   .id = "removeService" + suffix,
                   .needs = Privilege::publish,
                   .summary = "Serve it no longer; its data stays",
                   .step = "removing a service",
                   .success = 204,
                   .act = remove});
    }
}

}  // namespace rhumb::manager
