/// Certificates: looked at, made, bound, renewed, taken out of use. Private keys do not leave by
/// the API.

#include "certs/authority.h"
#include "certs/authority_issue.h"
#include "certs/authority_rotation.h"
#include "certs/credentials.h"
#include "certs/export.h"
#include "certs/inventory.h"
#include "certs/removal.h"
#include "certs/self_sign.h"
#include "manager/certificate_changes.h"
#include "manager/certificate_facts.h"
#include "manager/facts.h"
#include "manager/resources.h"
#include "pki/wanted_names.h"
#include "site/certificate_work.h"
#include "site/served.h"
#include "site/urls.h"

namespace rhumb::manager {

namespace {

certs::Inventory inventory_of(const Call& call) {
    return {call.parts.access.store, call.parts.access.seal};
}

Result<std::vector<std::string>> uses_of(const Call& call, const std::string& name) {
    const auto now = running(call);
    if (!now) return std::vector<std::string>{};
    certs::Credentials credentials;
    const auto inventory = inventory_of(call);
    TRY_DONE(credentials.reload(inventory, call.now));
    return site::uses_of(name, now->document, *credentials.current());
}

Result<Answer> list_certificates(const Call& call) {
    TRY(const auto entries, inventory_of(call).list());
    return page_of(
        entries, call, [](const auto& entry) { return entry.record.name; },
        [&](const auto& entry) { return to_json(entry, call.now); });
}

Result<Answer> show(const Call& call) {
    TRY(const auto entry, inventory_of(call).get(call.at("name")));
    auto body = to_json(entry, call.now);
    TRY(body["uses"], uses_of(call, entry.record.name));
    body["chain_pem"] = entry.record.chain_pem;
    return Answer{.body = std::move(body)};
}

/// What the orders of self-signing and of the local authority have in common.
template <class Order>
Result<Order> order_of(const Call& call) {
    Order order;
    TRY(order.names, pki::parse_wanted_names(call.body["names"].get<std::vector<std::string>>()));
    if (call.body.contains("key_type")) {
        TRY(order.key_type, pki::parse_key_type(text_of(call.body, "key_type")));
    }
    if (call.body.contains("days"))
        order.lifetime = std::chrono::days{call.body["days"].get<int>()};
    order.name = text_of(call.body, "name");
    order.friendly_name = text_of(call.body, "friendly_name");
    order.may_replace = call.body.value("replace", false);
    order.now = call.now;
    return order;
}

Result<Answer> self_sign(const Call& call) {
    TRY(const auto order, order_of<certs::SelfSignOrder>(call));
    const auto make = [&] {
        return certs::self_sign(call.parts.access.store, call.parts.access.seal, order, call.actor);
    };
    return carry_out(call, make, where_of(call.body));
}

Result<Answer> issue(const Call& call) {
    TRY(auto order, order_of<certs::IssueOrder>(call));
    if (const auto now = running(call))
        order.crl_base = site::public_http_origin(now->document, now->hosts);
    const auto make = [&] {
        return certs::issue_certificate(call.parts.access.store, call.parts.access.seal, order,
                                        call.actor);
    };
    return carry_out(call, make, where_of(call.body));
}

Result<Answer> remove(const Call& call) {
    TRY(const auto entry, inventory_of(call).get(call.at("name")));
    TRY(const auto uses, uses_of(call, entry.record.name));
    const bool even_if_used = call.asked("even_if_used") == "true";
    const auto make = [&] {
        return certs::remove(
            call.parts.access.store,
            {.name = entry.record.name, .uses = uses, .even_if_used = even_if_used}, call.actor,
            call.now);
    };
    TRY(auto answer, carry_out(call, make));
    answer.location.clear();
    return answer;
}

Result<Answer> restore(const Call& call) {
    const auto make = [&] {
        return certs::restore(call.parts.access.store, {.name = call.at("name")},
                              call.body.value("replace", false), call.actor, call.now);
    };
    return carry_out(call, make);
}

Json to_json(const site::Rebound& bound, const site::Deployed& deployed) {
    auto bindings = Json::array();
    for (const auto& binding : bound.bindings)
        bindings.push_back(
            {{"binding", binding.to_text()}, {"certificates", binding.certificates}});
    auto seen = Json::array();
    for (const auto& place : deployed.seen) seen.push_back(place.url);
    return {{"site", bound.site},
            {"revision", bound.revision},
            {"bindings", std::move(bindings)},
            {"seen", std::move(seen)}};
}

Result<Answer> rebind(const Call& call, bool is_binding) {
    TRY(auto home, call.parts.home());
    const auto inventory = inventory_of(call);
    TRY(const auto known, site::known_names(inventory));
    const auto where = where_of(call.body);
    const auto shop = shop_of(call, home);
    site::Rebound bound;
    const auto make = [&]() -> Result<site::Rebound> {
        const auto comment = fmt::format("{} {}", is_binding ? "bind" : "unbind", call.at("name"));
        if (is_binding) {
            TRY(bound, site::bind(home,
                                  {.where = {.site = where.site, .port = where.port},
                                   .certificates = {call.at("name")},
                                   .beside = call.body.value("beside", false)},
                                  known, shop.change(comment)));
        } else {
            TRY(bound, site::unbind(home,
                                    {.where = {.site = where.site, .port = where.port},
                                     .certificate = call.at("name")},
                                    shop.change(comment)));
        }
        return bound;
    };
    TRY(const auto deployed, site::work_on_bindings(shop, make));
    return Answer{.body = to_json(bound, deployed)};
}

Result<Answer> bind(const Call& call) { return rebind(call, true); }
Result<Answer> unbind(const Call& call) { return rebind(call, false); }

/// The certificate and its chain; never the key.
Result<Answer> download(const Call& call) {
    const auto asked = call.asked("format");
    TRY(const auto format, certs::parse_export_format(asked.empty() ? "chain" : asked));
    TRY(const auto exported,
        certs::export_certificate(call.parts.access.store, call.parts.access.seal, call.at("name"),
                                  {.format = format}, call.actor, call.now));
    return Answer{.file = Answer::File{.type = "application/octet-stream",
                                       .name = exported.file_name,
                                       .bytes = std::string{exported.bytes.view()}}};
}

Json authority_of(const certs::Authority& authority, Seconds now) {
    const auto& root = authority.root();
    return {{"name", root.common_name()},
            {"state", certs::to_text(authority.state())},
            {"not_before", to_iso(root.not_before())},
            {"not_after", to_iso(root.not_after())},
            {"expired", root.not_after() < now},
            {"fingerprint_sha256", pki::to_colon_hex(root.fingerprint_sha256())},
            {"root_pem", root.to_pem()}};
}

Result<Answer> show_authority(const Call& call) {
    TRY(const auto all, certs::Authority::list(call.parts.access.store));
    auto roots = Json::array();
    for (const auto& authority : all) roots.push_back(authority_of(authority, call.now));
    return Answer{.body = {{"roots", std::move(roots)}}};
}

Json new_certificate_schema(std::uint64_t days_max) {
    return object(
        "", {{"names", list("DNS names and IP addresses.", text("", 300), 100), true},
             {"name", text("In the inventory; left out: the first of the names.", 100)},
             {"friendly_name", text("Any text for people.", 200)},
             {"key_type", word("", {"ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096"})},
             {"days", count("How long it is valid.", 1, days_max)},
             {"replace", boolean("Take the place of the one in use by that name.")},
             {"site", text("Bind it to this site; with a port alone: the first.", 200)},
             {"port", count("Bind it to this port.", 1, 65535)}});
}

void define_schemas(Table& table) {
    table.define(
        "Certificate",
        {{"type", "object"},
         {"description",
          "A certificate of the inventory. One that cannot be read has a "
          "`problem` in the place of what is in it."},
         {"properties",
          {{"name", text("")},
           {"state", text("")},
           {"names", list("", text(""))},
           {"not_before", moment("")},
           {"not_after", moment("")},
           {"uses", list("Where it is shown.", text("", 1'000))},
           {"chain_pem", text("", 1'000'000)},
           {"problem", text("", 10'000)}}},
         {"required", Json::array({"name", "state", "names", "not_before", "not_after"})}});
    table.define_list("Certificates", "Certificate");
    table.define("NewSelfSigned", new_certificate_schema(825));
    table.define("NewIssued", new_certificate_schema(825));
    table.define("Restoration", object("", {{"replace", boolean("Of one in use by that name.")}}));
    table.define("CertificatePlace",
                 object("", {{"site", text("Left out: the first.", 200)},
                             {"port", count("Left out: all https bindings of the site.", 1, 65535)},
                             {"beside", boolean("Beside those that are bound there already.")}}));
    table.define(
        "Rebound",
        facts("", {{"site", text("")},
                   {"revision", count("0: it was so already.")},
                   {"bindings", list("", facts("", {{"binding", text("")},
                                                    {"certificates", list("", text(""))}}))},
                   {"seen", list("Where it was looked at from outside.", text(""))}}));
    table.define("Authority",
                 facts("The local authority: its roots, newest first.",
                       {{"roots", list("", facts("", {{"name", text("")},
                                                      {"state", text("")},
                                                      {"not_before", moment("")},
                                                      {"not_after", moment("")},
                                                      {"expired", boolean("")},
                                                      {"fingerprint_sha256", text("")},
                                                      {"root_pem", text("", 100'000)}}))}}));
}

}  // namespace

void add_certificates(Table& table) {
    using http::Method;
    constexpr auto seconds = Route::Cost::long_;
    define_schemas(table);
    define_certificate_change(table);
    table.add({.method = Method::get,
               .path = "/certificates",
               .id = "listCertificates",
               .needs = Privilege::view,
               .summary = "List the certificates in use",
               .step = "listing certificates",
               .answer = "Certificates",
               .is_listed = true,
               .act = list_certificates});
    table.add({.method = Method::get,
               .path = "/certificates/{name}",
               .id = "getCertificate",
               .needs = Privilege::view,
               .summary = "A certificate, and where it is shown",
               .step = "looking at a certificate",
               .answer = "Certificate",
               .act = show});
    table.add({.method = Method::delete_,
               .path = "/certificates/{name}",
               .id = "removeCertificate",
               .summary = "Take a certificate out of use; it can be restored",
               .step = "removing a certificate",
               .query = {{"even_if_used", boolean("Also where it is shown.")}},
               .answer = "CertificateChange",
               .cost = seconds,
               .act = remove});
    table.add({.method = Method::post,
               .path = "/certificates/self-sign",
               .id = "selfSignCertificate",
               .summary = "Make a certificate that vouches for itself",
               .step = "making a self-signed certificate",
               .body = "NewSelfSigned",
               .success = 201,
               .answer = "CertificateChange",
               .cost = seconds,
               .act = self_sign});
    table.add({.method = Method::post,
               .path = "/certificates/issue",
               .id = "issueCertificate",
               .summary = "Have the local authority issue a certificate",
               .step = "issuing a certificate",
               .body = "NewIssued",
               .success = 201,
               .answer = "CertificateChange",
               .cost = seconds,
               .act = issue});
    table.add({.method = Method::post,
               .path = "/certificates/{name}/restore",
               .id = "restoreCertificate",
               .summary = "Take a removed one back into use",
               .step = "restoring a certificate",
               .body = "Restoration",
               .answer = "CertificateChange",
               .cost = seconds,
               .act = restore});
    table.add({.method = Method::post,
               .path = "/certificates/{name}/bind",
               .id = "bindCertificate",
               .summary = "Show it at a site or port",
               .step = "binding a certificate",
               .body = "CertificatePlace",
               .answer = "Rebound",
               .cost = seconds,
               .act = bind});
    table.add({.method = Method::post,
               .path = "/certificates/{name}/unbind",
               .id = "unbindCertificate",
               .summary = "Show it there no longer",
               .step = "unbinding a certificate",
               .body = "CertificatePlace",
               .answer = "Rebound",
               .cost = seconds,
               .act = unbind});
    table.add({.method = Method::get,
               .path = "/certificates/{name}/download",
               .id = "downloadCertificate",
               .summary = "The certificate as a file, without its key",
               .step = "exporting a certificate",
               .query = {{"format", word("chain if left out.", {"der", "pem", "chain", "p7b"})}},
               .file = "application/octet-stream",
               .act = download});
    table.add({.method = Method::get,
               .path = "/authority",
               .id = "getAuthority",
               .needs = Privilege::view,
               .summary = "The local authority and its roots",
               .step = "looking at the authority",
               .answer = "Authority",
               .act = show_authority});
}

}  // namespace rhumb::manager
