#include "doctor/certificate_look.h"

#include <algorithm>

#include <fmt/chrono.h>

#include "base/text.h"
#include "doctor/client_judge.h"
#include "doctor/revocation_judge.h"
#include "fetch/fetch.h"
#include "pki/facts.h"
#include "pki/validate.h"

namespace rhumb::doctor {

namespace {

using Certificates = std::vector<pki::Certificate>;

Showing showing_of(const Examination& examination, const Certificates& certificates) {
    const auto& target = examination.target();
    Showing showing{.about = target.origin(),
                    .certificates = certificates,
                    .name = {},
                    .anchors = examination.order.anchors,
                    .own_roots = {},
                    .host_in_commands = target.origin().substr(8),
                    .now = examination.now()};
    if (auto name = pki::Name::parse(target.host)) showing.name = *std::move(name);
    if (examination.order.promise) showing.own_roots = examination.order.promise->roots;
    return showing;
}

/// With nobody asked but our own root: whether it is good but for that.
bool is_good_with(const Showing& showing, const Certificates& roots) {
    return pki::validate(
               showing.certificates.front(),
               {.roots = roots,
                .intermediates = {showing.certificates.begin() + 1, showing.certificates.end()},
                .now = showing.now,
                .name = showing.name,
                .strictness = pki::Strictness::clients})
        .has_value();
}

void describe(Diagnosis& diagnosis, const Certificates& certificates) {
    const auto& leaf = certificates.front();
    diagnosis.seen.push_back(
        {"certificate",
         fmt::format("{}, by «{}», {:%Y-%m-%d} to {:%Y-%m-%d}, {}",
                     leaf.subject().empty() ? "without a subject" : leaf.subject(), leaf.issuer(),
                     leaf.not_before(), leaf.not_after(), leaf.public_key().type())});
    std::vector<std::string> names;
    for (const auto& name : leaf.names()) names.push_back(name.text());
    diagnosis.seen.push_back({"names", text::join(names, ", ")});
    diagnosis.seen.push_back({"SHA-256", pki::to_colon_hex(leaf.fingerprint_sha256())});
}

/// The issuer of the leaf, among what came and what clients trust; nothing when it is unknown.
std::optional<pki::Certificate> issuer_of(const Examination& examination,
                                          const pki::Certificate& leaf) {
    const auto is_issuer = [&](const pki::Certificate& c) {
        return leaf.issuer() == c.subject() && leaf.is_issued_by(c);
    };
    const auto& served = examination.facts.certificates;
    if (const auto place = std::ranges::find_if(served, is_issuer); place != served.end())
        return *place;
    for (const auto& anchors : examination.order.anchors)
        if (const auto place = std::ranges::find_if(anchors.roots, is_issuer);
            place != anchors.roots.end())
            return *place;
    return std::nullopt;
}

RevocationList look_at(const pki::Crl& crl, const pki::Certificate& leaf,
                       const std::optional<pki::Certificate>& issuer, Seconds now) {
    RevocationList seen;
    seen.is_signed = issuer && crl.is_signed_by(*issuer);
    seen.is_current = crl.is_current_at(now);
    if (seen.is_signed) seen.entry = crl.find(leaf.serial());
    return seen;
}

/// A list behind a URL of the certificate.
RevocationList fetch_list(const Examination& examination, const std::string& url,
                          bool is_from_server, const std::optional<pki::Certificate>& issuer) {
    const auto& order = examination.order;
    const auto& leaf = examination.facts.certificates.front();
    RevocationList seen;
    const auto bytes = fetch::get(
        url, {.size_max = pki::crl_size_max,
              .limit = examination.left(order.limits.answer),
              .reach = is_from_server ? fetch::Reach::anywhere : fetch::Reach::not_this_machine});
    if (!bytes) {
        seen.fault = bytes.error().message;
    } else {
        auto crl = pki::Crl::from_der(*bytes);
        if (!crl) crl = pki::Crl::from_pem(*bytes);
        if (crl)
            seen = look_at(*crl, leaf, issuer, examination.now());
        else
            seen.fault = crl.error().message;
    }
    seen.from = url;
    seen.is_from_server = is_from_server;
    return seen;
}

}  // namespace

void check_clients(Examination& examination) {
    auto& facts = examination.facts;
    auto& diagnosis = examination.diagnosis;
    const auto showing = showing_of(examination, facts.certificates);
    describe(diagnosis, facts.certificates);
    diagnosis.clients = ask_clients(showing);
    for (auto& finding : judge_certificates(showing, diagnosis.clients))
        diagnosis.find(std::move(finding));
    if (!facts.other_certificates.empty()) {
        auto other = showing_of(examination, facts.other_certificates);
        other.about += fmt::format(" (the {} certificate)",
                                   facts.other_certificates.front().public_key().type());
        for (auto& finding : judge_certificates(other, ask_clients(other)))
            diagnosis.find(std::move(finding));
    }
    const auto accepts = [](const ClientVerdict& verdict) { return verdict.accepts; };
    facts.is_trusted = std::ranges::any_of(diagnosis.clients, accepts) ||
                       (!showing.own_roots.empty() && is_good_with(showing, showing.own_roots));
    facts.is_any_refused = !std::ranges::all_of(diagnosis.clients, accepts);
    if (diagnosis.clients.empty())
        diagnosis.leave("clients: no list of roots was found on this machine");
}

void check_revocation(Examination& examination) {
    const auto& order = examination.order;
    const auto& facts = examination.facts;
    const auto& leaf = facts.certificates.front();
    const auto issuer = issuer_of(examination, leaf);
    RevocationSeen seen{.about = order.target.origin(), .now = examination.now()};
    if (issuer) seen.issuer = issuer->subject();
    if (const auto read = pki::read_facts(leaf)) seen.must_staple = read->must_staple;
    seen.has_staple = !facts.staple.empty();
    if (seen.has_staple && issuer) {
        auto staple = pki::read_ocsp(facts.staple, leaf, *issuer, seen.now);
        if (staple)
            seen.staple = *std::move(staple);
        else
            seen.staple_fault = staple.error().message;
    }
    for (const auto& crl : order.crls) {
        auto list = look_at(crl, leaf, issuer, seen.now);
        list.from = fmt::format("of «{}» that was given", crl.issuer());
        seen.lists.push_back(std::move(list));
    }
    bool is_asked = !seen.lists.empty() || seen.has_staple;
    for (const auto& url : leaf.crl_urls()) {
        const auto place = parse_target(url);
        const bool is_from_server =
            place && (place->host == order.target.host || place->host == facts.address.ip);
        if (!is_from_server && !order.asks_authority) continue;
        is_asked = true;
        seen.lists.push_back(fetch_list(examination, url, is_from_server, issuer));
        if (!is_from_server && !seen.lists.back().fault.empty())
            examination.diagnosis.leave(
                fmt::format("revocation list {}: {}", url, seen.lists.back().fault));
    }
    if (!is_asked && !leaf.crl_urls().empty())
        examination.diagnosis.leave(
            "revocation: the authority's list was not asked, since nothing is sent to anyone but the "
            "server; --ask-authority does");
    auto findings = judge_revocation(seen);
    const bool is_answered = seen.staple || std::ranges::any_of(seen.lists, [](const auto& list) {
                                 return list.is_signed && list.is_current;
                             });
    if (findings.empty() && is_answered)
        examination.diagnosis.pass("The certificate is not revoked, as its authority says.");
    for (auto& finding : findings) examination.diagnosis.find(std::move(finding));
}

}  // namespace rhumb::doctor
