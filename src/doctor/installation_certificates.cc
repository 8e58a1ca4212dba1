#include "doctor/installation_certificates.h"

#include <algorithm>
#include <array>

#include "base/child.h"
#include "base/text.h"
#include "certs/dates.h"

namespace rhumb::doctor {

namespace {

constexpr std::chrono::days request_age_max{60};
constexpr std::chrono::days authority_end_near{365};

constexpr std::array rules{
    Rule{"cert.named.missing", Severity::error,
         "the configuration names a certificate that is not there",
         "Bind one that is there, install or make the missing one, or let the site take auto."},
    Rule{"cert.named.not-for-host", Severity::error,
         "the certificate that the configuration names for a host is not for it",
         "Make or ask for one that is for it, and bind that; or let the site take auto."},
    Rule{"cert.renewal.failing", Severity::warning, "a certificate could not be renewed",
         "Mend what the sentence names, and renew it."},
    Rule{"cert.renewal.by-hand", Severity::warning,
         "a certificate that nothing renews by itself is near its end",
         "Ask its authority for the next one, and install that."},
    Rule{"cert.request.old", Severity::note, "a request has been waiting for long",
         "Install the authority's answer, or give the request up."},
    Rule{"revocation.own.outdated", Severity::warning,
         "a revocation list of this installation is out of date",
         "The server makes lists by itself: start it; or make them now."},
    Rule{"trust.authority.expired", Severity::error, "the root of this installation has expired",
         "Make the next one, and let clients trust it."},
    Rule{"trust.authority.near-end", Severity::warning,
         "the root of this installation is near its end, and there is no next one",
         "Make the next one now: clients need time to be told of it."},
    Rule{"trust.root.missing", Severity::note,
         "clients of this machine do not trust the root of this installation",
         "Let them trust it, should they visit this server."},
    Rule{"trust.root.retired", Severity::warning,
         "a client still trusts a root that is not used any more",
         "Take it out: what nobody uses nobody should trust."},
};

Finding tell(std::string_view id, std::string about, std::string sentence,
             std::string command = "") {
    auto finding = found(rule(rules, id), std::move(about), std::move(sentence));
    finding.command = std::move(command);
    return finding;
}

std::string sentence_of(std::string_view text) {
    const bool has_end = text.ends_with('.') || text.ends_with('!') || text.ends_with('?');
    return std::string{text} + (has_end ? "" : ".");
}

void judge_places(const CertificatesSeen& seen, std::vector<Finding>& findings) {
    for (const auto& place : seen.missing)
        findings.push_back(tell(
            "cert.named.missing", fmt::format("site «{}», {}", place.site, place.binding),
            fmt::format("The configuration names the certificate «{}» for «{}» at {}, and there is "
                        "none of that name; others answer there.",
                        place.certificate, place.site, place.binding),
            "rhumb cert list"));
    for (const auto& place : seen.uncovered)
        findings.push_back(
            tell("cert.named.not-for-host", fmt::format("{} at {}", place.host, place.binding),
                 fmt::format("Who asks for {} at {} is shown the certificate «{}», which is not "
                             "for that name.",
                             place.host, place.binding, place.certificate),
                 child::to_shell(
                     {"rhumb", "cert", "issue", "--name", place.host, "--site", place.site})));
}

void judge_renewal(const CertificatesSeen& seen, std::vector<Finding>& findings) {
    for (const auto& one : seen.certificates) {
        if (one.is_automatic && one.failures > 0) {
            findings.push_back(
                tell("cert.renewal.failing", one.name,
                     fmt::format("«{}», good until {}, could not be renewed ({} attempts): {}",
                                 one.name, certs::to_date(one.not_after), one.failures,
                                 sentence_of(one.last_error)),
                     child::to_shell({"rhumb", "cert", "renew", one.name})));
            continue;
        }
        // Where a server runs, what it shows is told by who looks at the wire.
        const bool is_ending = one.health == certs::Health::due ||
                               one.health == certs::Health::near_end ||
                               one.health == certs::Health::expired;
        if (!one.is_automatic && one.is_shown && is_ending && !seen.is_running)
            findings.push_back(
                tell("cert.renewal.by-hand", one.name,
                     fmt::format("«{}» ends on {}, and nothing renews it by itself.", one.name,
                                 certs::to_date(one.not_after)),
                     child::to_shell({"rhumb", "cert", "request", "--for", one.name})));
    }
}

void judge_requests(const CertificatesSeen& seen, Seconds now, std::vector<Finding>& findings) {
    for (const auto& request : seen.requests) {
        const auto age = std::chrono::duration_cast<std::chrono::days>(now - request.created);
        if (age <= request_age_max) continue;
        findings.push_back(
            tell("cert.request.old", request.name,
                 fmt::format("The request «{}» of {} has been waiting for {} days.", request.name,
                             certs::to_date(request.created), age.count()),
                 child::to_shell({"rhumb", "cert", "cancel", request.name})));
    }
}

void judge_authorities(const CertificatesSeen& seen, Seconds now, std::vector<Finding>& findings) {
    const bool has_next = std::ranges::any_of(
        seen.authorities, [](const auto& one) { return one.state == certs::AuthorityState::next; });
    for (const auto& one : seen.authorities) {
        if (one.state != certs::AuthorityState::active) continue;
        const auto date = certs::to_date(one.not_after);
        if (one.not_after < now)
            findings.push_back(
                tell("trust.authority.expired", one.name,
                     fmt::format("The root «{}» ended on {}: what it has signed is refused.",
                                 one.name, date),
                     "rhumb ca rotate --now"));
        else if (one.not_after - now < authority_end_near && !has_next)
            findings.push_back(tell("trust.authority.near-end", one.name,
                                    fmt::format("The root «{}» ends on {}, and no other is made "
                                                "known yet.",
                                                one.name, date),
                                    "rhumb ca rotate"));
    }
    for (const auto& list : seen.lists)
        if (list.next_update < now)
            findings.push_back(tell("revocation.own.outdated", list.signer,
                                    fmt::format("The revocation list of «{}» was good until {}.",
                                                list.signer, certs::to_date(list.next_update)),
                                    "rhumb ca crl"));
}

void judge_trust(const CertificatesSeen& seen, std::vector<Finding>& findings) {
    std::vector<std::string> without;
    std::string command;
    for (const auto& client : seen.clients) {
        if (!client.trusts_active) {
            without.push_back(client.client);
            if (command.empty()) command = client.command;
        }
        for (const auto& retired : client.retired)
            findings.push_back(tell("trust.root.retired", client.client,
                                    fmt::format("{} still trusts the root «{}», which is retired.",
                                                client.client, retired.name),
                                    child::to_shell({"rhumb", "trust", "uninstall", "--fingerprint",
                                                     retired.fingerprint})));
    }
    if (without.empty()) return;
    findings.push_back(
        tell("trust.root.missing", "this machine",
             fmt::format("These do not trust the root of this installation: {}.",
                         text::join(without, "; ")),
             without.size() == 1 && !command.empty() ? command : "rhumb trust install"));
}

}  // namespace

std::span<const Rule> installation_certificate_rules() { return rules; }

std::vector<Finding> judge_certificates(const CertificatesSeen& seen, Seconds now) {
    std::vector<Finding> findings;
    judge_places(seen, findings);
    judge_renewal(seen, findings);
    judge_requests(seen, now, findings);
    judge_authorities(seen, now, findings);
    judge_trust(seen, findings);
    return findings;
}

}  // namespace rhumb::doctor
