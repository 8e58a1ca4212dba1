/// What runs here, and what listens where.

#include "crypto/library.h"
#include "manager/facts.h"
#include "manager/resources.h"
#include "site/running.h"

namespace rhumb::manager {

namespace {

std::string_view to_text(config::TlsProfile profile) {
    switch (profile) {
        case config::TlsProfile::modern: return "modern";
        case config::TlsProfile::intermediate: return "intermediate";
        case config::TlsProfile::old: return "old";
    }
    return "";
}

/// As they really are: running.json has the ports of now.
Json bindings_of(const config::Document& document) {
    auto bindings = Json::array();
    for (const auto& site : document.sites)
        for (const auto& binding : site.bindings)
            bindings.push_back({{"site", site.name},
                                {"binding", binding.to_text()},
                                {"hosts", site.host_names},
                                {"certificates", binding.https ? site.certificates_of(binding)
                                                               : std::vector<std::string>{}},
                                {"tls", binding.https ? Json(to_text(site.tls)) : Json(nullptr)}});
    return bindings;
}

/// Where users and roles are, and how the places outside do. What went wrong there names machines
/// and accounts: it is for administrators.
Result<Json> users_and_roles(const Call& call) {
    auto report = providers::to_json(call.parts.report_providers());
    report.erase("time");
    TRY(const auto locals, call.parts.access.locals.list());
    auto names = Json::array();
    for (const auto& user : locals) names.push_back(user.name);
    report["local_administrators"] = std::move(names);
    return report;
}

Result<Answer> show(const Call& call) {
    Json people = nullptr;
    if (call.caller->privilege == Privilege::administer) {
        TRY(people, users_and_roles(call));
    }
    const auto running = site::read_running(call.parts.data);
    TRY(const auto home, call.parts.home());
    TRY(const auto latest,
        call.parts.access.store.read([](const storage::View& view) { return view.revisions(1); }));
    const auto library = crypto::library();
    return Answer{
        .body = {{"version", call.parts.version},
                 {"time", to_iso(call.now)},
                 {"you", call.caller->user},
                 {"privilege", identity::to_text(call.caller->privilege)},
                 {"configuration", home.is_file() ? "file" : "store"},
                 {"revision", home.is_file() || latest.empty() ? 0 : latest.front().number},
                 {"refusal",
                  running && !running->refusal.empty() ? Json(running->refusal) : Json(nullptr)},
                 {"openssl", library.version},
                 {"post_quantum", library.has_post_quantum_group},
                 {"security", people},
                 {"bindings", running ? bindings_of(running->document) : Json::array()}}};
}

}  // namespace

void add_status(Table& table) {
    table.define("Binding",
                 facts("Where a site is reached.", {{"site", text("")},
                                                    {"binding", text("\"https://*:443\".")},
                                                    {"hosts", list("None: any.", text(""))},
                                                    {"certificates", list("", text(""))},
                                                    {"tls", or_null(text("The profile."))}}));
    constexpr std::uint64_t most = 1'000'000'000'000;
    table.define(
        "ProviderHealth",
        facts("How a place outside does, as the running server has seen it.",
              {{"state", word("`rests`: after failures it is asked again in a while, and whoever "
                              "it is needed for is not let in.",
                              {"untried", "answers", "fails", "rests"})},
               {"since", moment("It is in this state.")},
               {"last_error", text("\"\": none since the start.", 100'000)},
               {"last_failure", or_null(moment(""))},
               {"last_success", or_null(moment(""))},
               {"calls", count("That were let through.", 0, most)},
               {"failures", count("Of those.", 0, most)},
               {"refused", count("That were not let through.", 0, most)},
               {"under_way", count("Now.")},
               {"waiting", count("Now, for their turn.")},
               {"time_in_calls_ms", count("Of all that are over.", 0, most)},
               {"longest_call_ms", count("", 0, most)},
               {"rest_left_s", count("Until it is asked again.")}}));
    table.define("ProviderStatus",
                 facts("A provider that is in use.",
                       {{"name", text("")},
                        {"kind", text("As in the configuration.")},
                        {"label", text("For people.")},
                        {"keeps_users", boolean("Users are there now.")},
                        {"keeps_roles", boolean("Roles are there now.")},
                        {"health", reference("ProviderHealth")},
                        {"browser_sign_in", or_null(reference("ProviderHealth"))}}));
    table.define(
        "UsersAndRoles",
        facts("Where users and roles are. For administrators; else null.",
              {{"users", text("The name of a provider, or \"embedded\".")},
               {"roles", text("The same.")},
               {"fault", text("Why what is configured is not in use; \"\": it is.", 100'000)},
               {"hidden", list("Local administrators that hide somebody outside.", text(""))},
               {"local_administrators", list("", text(""))},
               {"providers", list("", reference("ProviderStatus"))}}));
    table.define(
        "Status",
        facts("What runs here.",
              {{"version", text("")},
               {"time", moment("")},
               {"you", text("Who asks.", 128)},
               {"privilege", word("What you may.", {"view", "publish", "administer"})},
               {"configuration", word("Where it lives.", {"store", "file"})},
               {"revision", count("0 where the configuration is a file.")},
               {"refusal", or_null(text("Why a newer configuration is not served.", 100'000))},
               {"openssl", text("")},
               {"post_quantum", boolean("There is a post-quantum group.")},
               {"security", or_null(reference("UsersAndRoles"))},
               {"bindings", list("", reference("Binding"))}}));
    table.add({.method = http::Method::get,
               .path = "/status",
               .id = "getStatus",
               .needs = Privilege::view,
               .summary = "What runs, and what listens where",
               .step = "looking at the status",
               .answer = "Status",
               .act = show});
}

}  // namespace rhumb::manager
