/// Certificates that come anew: renewed before their time, or brought from elsewhere with their
/// key.

#include "certs/import.h"
#include "certs/known_roots.h"
#include "certs/renewal.h"
#include "manager/certificate_changes.h"
#include "manager/facts.h"
#include "manager/resources.h"
#include "site/urls.h"

namespace rhumb::manager {

namespace {

constexpr std::size_t files_max = 10;

Result<Answer> renew(const Call& call) {
    const certs::Inventory inventory{call.parts.access.store, call.parts.access.seal};
    TRY(const auto entry, inventory.get(call.at("name")));
    certs::Renewal renewal{call.parts.access.store, call.parts.access.seal, call.actor};
    if (const auto now = running(call))
        renewal.set_crl_base(site::public_http_origin(now->document, now->hosts));
    const auto make = [&] {
        return renewal.renew_now(entry.record.name,
                                 call.parts.host_facts(certs::names_to_keep(entry)), call.now);
    };
    TRY(auto answer, carry_out(call, make));
    answer.location.clear();
    return answer;
}

/// Issuers that are missing are not fetched: nobody has this server ask another by a certificate.
Result<Answer> import(const Call& call) {
    const auto files = call.body["files"].get<std::vector<std::string>>();
    certs::ImportOptions order{.name = text_of(call.body, "name"),
                               .friendly_name = text_of(call.body, "friendly_name"),
                               .may_replace = call.body.value("replace", false),
                               .roots = certs::known_roots(call.parts.access.store),
                               .is_forced = call.body.value("force", false),
                               .now = call.now};
    for (std::size_t i = 0; i < files.size(); ++i)
        order.files.push_back({fmt::format("files[{}]", i), files[i]});
    const auto password = crypto::Secret::copy_of(text_of(call.body, "password"));
    if (call.body.contains("password")) order.password = &password;
    const auto make = [&] {
        return certs::import_certificate(call.parts.access.store, call.parts.access.seal, order,
                                         call.actor);
    };
    return carry_out(call, make, where_of(call.body));
}

}  // namespace

void add_certificate_arrivals(Table& table) {
    using http::Method;
    table.define(
        "NewImport",
        object("",
               {{"files",
                 list("Certificate, key and issuers, in any order: PEM, or PKCS#12 or DER in "
                      "base64.",
                      text("", 1'000'000), files_max),
                 true},
                {"password", text("Of a locked file.", 1'000)},
                {"name", text("In the inventory; left out: the first name that it is for.", 100)},
                {"friendly_name", text("Any text for people.", 200)},
                {"replace", boolean("Take the place of the one in use by that name.")},
                {"force", boolean("Take it in spite of what the checks found; never without "
                                  "its key.")},
                {"site", text("Bind it to this site; with a port alone: the first.", 200)},
                {"port", count("Bind it to this port.", 1, 65535)}}));
    table.add({.method = Method::post,
               .path = "/certificates",
               .id = "importCertificate",
               .summary = "Take a certificate and its key that were made elsewhere",
               .step = "importing a certificate",
               .body = "NewImport",
               .success = 201,
               .answer = "CertificateChange",
               .cost = Route::Cost::long_,
               .act = import});
    table.add({.method = Method::post,
               .path = "/certificates/{name}/renew",
               .id = "renewCertificate",
               .summary = "Renew a certificate now, due or not",
               .step = "renewing a certificate",
               .answer = "CertificateChange",
               .cost = Route::Cost::long_,
               .act = renew});
}

}  // namespace rhumb::manager
