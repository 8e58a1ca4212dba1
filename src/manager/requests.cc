/// Requests: what is sent to an authority, and its answer. The key stays here.

#include "certs/requests.h"

#include "certs/install.h"
#include "manager/certificate_changes.h"
#include "manager/facts.h"
#include "manager/resources.h"
#include "pki/wanted_names.h"

namespace rhumb::manager {

namespace {

certs::Requests requests_of(const Call& call) {
    return {call.parts.access.store, call.parts.access.seal};
}

Json to_json(const certs::RequestEntry& entry) {
    const auto& record = entry.record;
    return {{"name", record.name},
            {"friendly_name", record.friendly_name},
            {"names", record.names},
            {"key_type", record.key_type},
            {"renews", record.is_renewal},
            {"created", to_iso(record.created)},
            {"created_by", record.created_by},
            {"request_pem", record.request_pem}};
}

Result<Answer> list_pending(const Call& call) {
    TRY(const auto entries, requests_of(call).list());
    return page_of(
        entries, call, [](const auto& entry) { return entry.record.name; },
        [](const auto& entry) { return to_json(entry); });
}

Result<Answer> show(const Call& call) {
    TRY(const auto entry, requests_of(call).get(call.at("name")));
    return Answer{.body = to_json(entry)};
}

Result<Answer> create(const Call& call) {
    certs::RequestOrder order{.name = text_of(call.body, "name"),
                              .friendly_name = text_of(call.body, "friendly_name"),
                              .renews = text_of(call.body, "renews")};
    const auto names = call.body.value("names", std::vector<std::string>{});
    if (!names.empty()) {
        TRY(order.names, pki::parse_wanted_names(names));
    }
    if (call.body.contains("key_type")) {
        TRY(order.key_type, pki::parse_key_type(text_of(call.body, "key_type")));
    }
    pki::Subject subject;
    subject.organization = text_of(call.body, "organization");
    subject.unit = text_of(call.body, "unit");
    subject.city = text_of(call.body, "city");
    subject.state = text_of(call.body, "state");
    subject.country = text_of(call.body, "country");
    TRY(order.subject, pki::check_subject(subject));
    TRY(const auto entry, requests_of(call).create(order, call.actor, call.now));
    return Answer{.body = to_json(entry),
                  .location = "/requests/" + text::percent_encode(entry.record.name)};
}

Result<Answer> cancel(const Call& call) {
    TRY_DONE(requests_of(call).cancel(call.at("name"), call.actor, call.now));
    return Answer{};
}

Result<Answer> install(const Call& call) {
    const auto answer = text_of(call.body, "answer_pem");
    certs::InstallOptions options;
    options.files.push_back({"the answer", answer});
    options.request = call.at("name");
    options.now = call.now;
    const auto make = [&] {
        return certs::install(call.parts.access.store, call.parts.access.seal, options, call.actor);
    };
    return carry_out(call, make, where_of(call.body));
}

Json new_request_schema() {
    return object(
        "", {{"names", list("DNS names and IP addresses.", text("", 300), 100)},
             {"name", text("What the certificate will be called.", 100)},
             {"friendly_name", text("Any text for people.", 200)},
             {"key_type", word("", {"ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096"})},
             {"renews", text("The certificate whose place it takes, with its names.", 100)},
             {"organization", text("", 200)},
             {"unit", text("", 200)},
             {"city", text("", 200)},
             {"state", text("", 200)},
             {"country", text("Two letters.", 2)}});
}

void define_schemas(Table& table) {
    table.define("Request",
                 facts("A request that waits for its answer.",
                       {{"name", text("What the certificate will be called.")},
                        {"friendly_name", text("")},
                        {"names", list("", text(""))},
                        {"key_type", text("")},
                        {"renews", boolean("The answer takes the place of the certificate of "
                                           "that name.")},
                        {"created", moment("")},
                        {"created_by", text("", 10'000)},
                        {"request_pem", text("To be sent to the authority.", 100'000)}}));
    table.define_list("Requests", "Request");
    table.define("NewRequest", new_request_schema());
    table.define(
        "AuthorityAnswer",
        object("", {{"answer_pem", text("Certificates in PEM, in any order.", 1'000'000), true},
                    {"site", text("Bind it to this site.", 200)},
                    {"port", count("Bind it to this port.", 1, 65535)}}));
}

}  // namespace

void add_requests(Table& table) {
    using http::Method;
    define_schemas(table);
    table.add({.method = Method::get,
               .path = "/requests",
               .id = "listRequests",
               .needs = Privilege::view,
               .summary = "List the requests that wait for an answer",
               .step = "listing requests",
               .answer = "Requests",
               .is_listed = true,
               .act = list_pending});
    table.add({.method = Method::post,
               .path = "/requests",
               .id = "createRequest",
               .summary = "Make a key and a request for an authority",
               .step = "making a request",
               .body = "NewRequest",
               .success = 201,
               .answer = "Request",
               .act = create});
    table.add({.method = Method::get,
               .path = "/requests/{name}",
               .id = "getRequest",
               .needs = Privilege::view,
               .summary = "A request",
               .step = "looking at a request",
               .answer = "Request",
               .act = show});
    table.add({.method = Method::delete_,
               .path = "/requests/{name}",
               .id = "cancelRequest",
               .summary = "Give a request up, with its key",
               .step = "cancelling a request",
               .success = 204,
               .act = cancel});
    table.add({.method = Method::post,
               .path = "/requests/{name}/install",
               .id = "installAnswer",
               .summary = "Install the authority's answer",
               .step = "installing an answer",
               .body = "AuthorityAnswer",
               .answer = "CertificateChange",
               .cost = Route::Cost::long_,
               .act = install});
}

}  // namespace rhumb::manager
