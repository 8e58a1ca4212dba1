#include "manager/certificate_changes.h"

#include <unistd.h>

#include "manager/facts.h"
#include "pki/lint.h"

namespace rhumb::manager {

std::optional<site::Running> running(const Call& call) {
    auto said = site::read_running(call.parts.data);
    if (said && said->process != ::getpid()) return std::nullopt;
    return said;
}

site::Workshop shop_of(const Call& call, site::Home& home) {
    return {.store = call.parts.access.store,
            .seal = call.parts.access.seal,
            .home = home,
            .clock = call.parts.access.clock,
            .actor = call.actor,
            .running = [&call] { return running(call); }};
}

site::Where where_of(const Json& body) {
    site::Where where{.site = text_of(body, "site")};
    if (body.contains("port")) where.port = body["port"].get<std::uint16_t>();
    return where;
}

Result<Answer> carry_out(const Call& call, const std::function<Result<certs::Change>()>& make,
                         const site::Where& where) {
    TRY(auto home, call.parts.home());
    const auto shop = shop_of(call, home);
    site::Worked worked;
    TRY_DONE(site::work(shop, make, where, worked));
    auto seen = Json::array();
    for (const auto& place : worked.deployed.seen)
        seen.push_back({{"url", place.url},
                        {"host", place.host},
                        {"site", place.site},
                        {"certificates", place.certificates}});
    auto findings = Json::array();
    for (const auto& finding : worked.change.findings)
        findings.push_back({{"id", finding.id},
                            {"severity", pki::to_text(finding.severity)},
                            {"sentence", finding.sentence},
                            {"remedy", finding.remedy}});
    return Answer{.body = {{"name", worked.change.name},
                           {"findings", std::move(findings)},
                           {"notes", worked.change.notes},
                           {"seen", std::move(seen)}},
                  .location = "/certificates/" + text::percent_encode(worked.change.name)};
}

void define_certificate_change(Table& table) {
    table.define(
        "CertificateChange",
        facts("", {{"name", text("")},
                   {"findings", list("", object("", {{"id", text("")},
                                                     {"severity", text("")},
                                                     {"sentence", text("", 10'000)},
                                                     {"remedy", text("", 10'000)}}))},
                   {"notes", list("", text("", 10'000))},
                   {"seen", list("", object("", {{"url", text("")},
                                                 {"host", text("")},
                                                 {"site", text("")},
                                                 {"certificates", list("", text(""))}}))}}));
}

}  // namespace rhumb::manager
