/// The audit trail: who did what, when, from where.

#include "storage/audit.h"

#include "manager/facts.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

Json to_json(const storage::Event& event) {
    return {{"id", event.id},         {"time", to_iso(event.time)}, {"who", event.who},
            {"from", event.from},     {"what", event.what},         {"subject", event.subject},
            {"detail", event.detail}, {"chain", event.chain}};
}

Result<std::optional<Seconds>> moment_of(const Call& call, std::string_view name) {
    const auto asked = call.asked(name);
    if (asked.empty()) return std::nullopt;
    TRY(const auto moment, to_moment(asked, name));
    return moment;
}

Result<Answer> list_events(const Call& call) {
    storage::EventFilter filter{.who = call.asked("who"),
                                .from = call.asked("from"),
                                .what = call.asked("what"),
                                .subject = call.asked("subject"),
                                .before = call.number("after")};
    if (!call.asked("after").empty() && !filter.before)
        return fail(ErrorKind::invalid, "«after» is to be what `next` of the page before was");
    TRY(filter.since, moment_of(call, "since"));
    TRY(filter.until, moment_of(call, "until"));
    const auto limit = limit_of(call);
    filter.count_max = limit + 1;
    TRY(auto events, call.parts.access.store.read(
                         [&](const storage::View& view) { return storage::events(view, filter); }));
    Answer answer{.body = {{"items", Json::array()}, {"next", nullptr}}};
    if (events.size() > limit) {
        events.resize(limit);
        answer.next = std::to_string(events.back().id);
    }
    for (const auto& event : events) answer.body["items"].push_back(to_json(event));
    return answer;
}

Json to_json(const storage::AuditHead& head) { return {{"id", head.id}, {"chain", head.chain}}; }

Result<Answer> verify(const Call& call) {
    const auto& access = call.parts.access;
    TRY(const auto report, access.store.read([&](const storage::View& view) {
        return storage::verify_audit(view, &access.seal);
    }));
    auto faults = Json::array();
    for (const auto& fault : report.faults)
        faults.push_back(
            {{"kind", storage::to_text(fault.kind)}, {"id", fault.id}, {"message", fault.message}});
    return Answer{.body = {{"good", report.is_good()},
                           {"events", report.count},
                           {"head", to_json(report.head)},
                           {"sealed", report.sealed ? to_json(*report.sealed) : Json(nullptr)},
                           {"faults", std::move(faults)}}};
}

Json head_schema(std::string_view about) {
    return facts(about, {{"id", count("")}, {"chain", text("SHA-256, hexadecimal.", 64)}});
}

}  // namespace

void add_audit(Table& table) {
    using http::Method;
    table.define("Event",
                 facts("Something that was done.",
                       {{"id", count("")},
                        {"time", moment("")},
                        {"who", text("A user, or who ran the command.", 10'000)},
                        {"from", text("An address, \"command line\", \"server\".", 10'000)},
                        {"what", text("\"certificate.renewed\".", 10'000)},
                        {"subject", text("To what.", 100'000)},
                        {"detail", text("", 1'000'000)},
                        {"chain", text("Digest of all events up to this one.", 64)}}));
    table.define_list("Events", "Event");
    table.define("AuditReport",
                 facts("Whether the trail holds together.",
                       {{"good", boolean("")},
                        {"events", count("")},
                        {"head", head_schema("The last event; to be noted elsewhere.")},
                        {"sealed", or_null(head_schema("As far as the seal reaches."))},
                        {"faults", list("", facts("", {{"kind", text("")},
                                                       {"id", count("Of the event; 0: of none.")},
                                                       {"message", text("", 10'000)}}))}}));
    table.add({.method = Method::get,
               .path = "/audit",
               .id = "listEvents",
               .summary = "List the audit trail, newest first",
               .step = "reading the audit trail",
               .query = {{"since", moment("This second included.")},
                         {"until", moment("This second not included.")},
                         {"who", text("")},
                         {"from", text("")},
                         {"what", text("\"user.added\", or \"user\" for all that begins so.")},
                         {"subject", text("")}},
               .answer = "Events",
               .is_listed = true,
               .act = list_events});
    table.add({.method = Method::get,
               .path = "/audit/verify",
               .id = "verifyAudit",
               .summary = "Whether anything of the audit trail was changed or removed",
               .step = "verifying the audit trail",
               .answer = "AuditReport",
               .cost = Route::Cost::long_,
               .act = verify});
}

}  // namespace rhumb::manager
