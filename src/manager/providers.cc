/// Providers: the places outside that the configuration names, how they do, and trying them.

#include <algorithm>

#include "manager/facts.h"
#include "manager/resources.h"
#include "providers/provider.h"

namespace rhumb::manager {

namespace {

std::string label_of(const config::Provider& provider) {
    const auto* const kind = providers::find_kind(provider.kind());
    return std::string{kind == nullptr ? provider.kind() : kind->label};
}

/// As the running server sees it; null for one that is not in use.
Json health_of(const providers::Report& report, const std::string& name) {
    const auto found =
        std::ranges::find(report.status.providers, name, &providers::ProviderStatus::name);
    if (found == report.status.providers.end()) return nullptr;
    return providers::to_json(*found);
}

Json to_json(const config::Provider& provider, const config::Security& settings,
             const providers::Report& report) {
    return {{"name", provider.name},
            {"kind", provider.kind()},
            {"label", label_of(provider)},
            {"has_users", settings.users == provider.name},
            {"has_roles", settings.roles == provider.name},
            {"administrators", provider.administrators},
            {"publishers", provider.publishers},
            {"remember_seconds", provider.remember_seconds.count()},
            {"status", health_of(report, provider.name)}};
}

Result<Answer> list_providers(const Call& call) {
    const auto settings = call.parts.access.settings->get();
    const auto report = call.parts.report_providers();
    auto sorted = settings->providers;
    std::ranges::sort(sorted, {}, [](const auto& one) { return text::to_lower(one.name); });
    return page_of(
        sorted, call, [](const auto& one) { return one.name; },
        [&](const auto& one) { return to_json(one, *settings, report); });
}

Result<config::Provider> get(const Call& call) {
    const auto settings = call.parts.access.settings->get();
    const auto* const provider = settings->find_provider(call.at("name"));
    if (provider == nullptr)
        return fail(ErrorKind::not_found, "no provider is called «{}»", call.at("name"));
    return *provider;
}

Result<Answer> show(const Call& call) {
    TRY(const auto provider, get(call));
    return Answer{.body = to_json(provider, *call.parts.access.settings->get(),
                                  call.parts.report_providers())};
}

Result<Answer> test(const Call& call) {
    TRY(const auto wanted, get(call));
    const auto& access = call.parts.access;
    const providers::Surroundings surroundings{access.store, access.seal, access.clock, access.log};
    TRY(const auto provider, providers::make_provider(wanted, surroundings));
    const auto tested = provider->test_connection();
    auto steps = Json::array();
    for (const auto& step : tested.steps)
        steps.push_back({{"what", step.what},
                         {"good", step.is_good},
                         {"said", step.said},
                         {"remedy", step.remedy}});
    return Answer{.body = {{"good", tested.is_good()}, {"steps", std::move(steps)}}};
}

}  // namespace

void add_providers(Table& table) {
    using http::Method;
    table.define(
        "Provider",
        facts("A place outside for users or roles, as the configuration names it.",
              {{"name", text("", 64)},
               {"kind", text("As in the configuration.")},
               {"label", text("For people.")},
               {"has_users", boolean("Users are kept there now.")},
               {"has_roles", boolean("Roles are kept there now.")},
               {"administrators", list("Its roles whose holders may administer.", text(""))},
               {"publishers", list("Its roles whose holders may publish.", text(""))},
               {"remember_seconds", count("For so long an answer counts.")},
               {"status", or_null(reference("ProviderStatus"))}}));
    table.define_list("Providers", "Provider");
    table.define(
        "ConnectionTest",
        facts("What came of trying a connection; the first step that fails is the last.",
              {{"good", boolean("All steps are.")},
               {"steps", list("", facts("", {{"what", text("What was looked at.")},
                                             {"good", boolean("")},
                                             {"said", text("What was found, or why not.")},
                                             {"remedy", text("\"\": none is needed.")}}))}}));
    table.add({.method = Method::get,
               .path = "/providers",
               .id = "listProviders",
               .summary = "List the places outside for users and roles",
               .step = "listing providers",
               .answer = "Providers",
               .is_listed = true,
               .act = list_providers});
    table.add({.method = Method::get,
               .path = "/providers/{name}",
               .id = "getProvider",
               .summary = "A place outside for users and roles",
               .step = "looking at a provider",
               .answer = "Provider",
               .act = show});
    table.add({.method = Method::post,
               .path = "/providers/{name}/test",
               .id = "testProvider",
               .summary = "Connect to a provider anew, and look at what is needed, step by step",
               .step = "trying a provider",
               .answer = "ConnectionTest",
               .cost = Route::Cost::long_,
               .act = test});
}

}  // namespace rhumb::manager
