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

Result<Answer> show(const Call& call) {
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
