#include "doctor/revocation_judge.h"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>

namespace rhumb::doctor {

namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;

constexpr std::string_view again =
    "Have the server fetch a new response from the responder (look into its log), or switch stapling off.";

constexpr std::array rules{
    Rule{"revocation.revoked", error, "a certificate that its authority revoked",
         "Make a new key, ask for a new certificate, and install that."},
    Rule{"revocation.staple.missing", error,
         "must-staple in the certificate, and no OCSP response with the handshake",
         "Switch OCSP stapling on, or ask for a certificate without must-staple."},
    Rule{"revocation.staple.outdated", error, "an OCSP response out of its time", again},
    Rule{"revocation.staple.wrong", error, "an OCSP response that cannot be believed", again},
    Rule{"revocation.staple.unknown", error,
         "an OCSP response by which the authority does not know the certificate",
         "Ask the authority whether it has issued this certificate."},
    Rule{"revocation.list.outdated", warning,
         "a revocation list of the server that is out of its time",
         "Have the authority make a new list; `rhumb serve` does that by itself while it runs."},
    Rule{"revocation.list.wrong", warning,
         "a revocation list of the server that cannot be had or is not its issuer's",
         "Publish the authority's list at the address that the certificate names."},
};

std::string day(Seconds time) { return fmt::format("{:%Y-%m-%d %H:%M} UTC", time); }

Finding revoked(const RevocationSeen& seen, Seconds when, pki::RevocationReason reason,
                std::string_view by) {
    return found(rule(rules, "revocation.revoked"), seen.about,
                 fmt::format("The certificate was revoked on {} ({}), says {}.", day(when),
                             pki::to_text(reason), by));
}

std::optional<Finding> judge_staple(const RevocationSeen& seen) {
    const auto add = [&](std::string_view id, std::string sentence) {
        return found(rule(rules, id), seen.about, std::move(sentence));
    };
    if (!seen.has_staple) {
        if (!seen.must_staple) return std::nullopt;
        return add(
            "revocation.staple.missing",
            "The certificate demands an OCSP response with each handshake (must-staple), and "
            "none comes: Firefox refuses.");
    }
    if (!seen.staple_fault.empty())
        return add("revocation.staple.wrong",
                   fmt::format("The OCSP response that comes with the handshake is wrong: {}.",
                               seen.staple_fault));
    if (!seen.staple) return std::nullopt;
    const auto& staple = *seen.staple;
    using Kind = pki::OcspStatus::Kind;
    if (staple.kind == Kind::revoked)
        return revoked(seen, staple.revoked_at, staple.reason, "the stapled OCSP response");
    if (!staple.is_current_at(seen.now))
        return add(
            "revocation.staple.outdated",
            seen.now < staple.this_update
                ? fmt::format("The OCSP response that comes with the handshake begins on {} only.",
                              day(staple.this_update))
                : fmt::format("The OCSP response that comes with the handshake ended on {}.",
                              day(staple.next_update.value_or(staple.this_update))));
    if (staple.kind == Kind::unknown)
        return add("revocation.staple.unknown",
                   "The OCSP response that comes with the handshake says that the authority does "
                   "not know the certificate.");
    return std::nullopt;
}

std::optional<Finding> judge_list(const RevocationSeen& seen, const RevocationList& list) {
    if (list.entry && list.is_signed)
        return revoked(seen, list.entry->when, list.entry->reason,
                       fmt::format("the revocation list {}", list.from));
    if (!list.is_from_server) return std::nullopt;
    if (!list.fault.empty() || !list.is_signed)
        return found(
            rule(rules, "revocation.list.wrong"), seen.about,
            list.fault.empty()
                ? fmt::format("The revocation list {} is not of the certificate's issuer.",
                              list.from)
                : fmt::format("The revocation list {} cannot be used: {}.", list.from, list.fault));
    if (!list.is_current)
        return found(rule(rules, "revocation.list.outdated"), seen.about,
                     fmt::format("The revocation list {} is out of its time.", list.from));
    return std::nullopt;
}

}  // namespace

std::span<const Rule> revocation_rules() { return rules; }

std::vector<Finding> judge_revocation(const RevocationSeen& seen) {
    std::vector<Finding> findings;
    if (auto finding = judge_staple(seen)) findings.push_back(*std::move(finding));
    for (const auto& list : seen.lists) {
        auto finding = judge_list(seen, list);
        const bool is_told = finding && std::ranges::any_of(findings, [&](const Finding& f) {
                                 return f.id == finding->id;
                             });
        if (finding && !is_told) findings.push_back(*std::move(finding));
    }
    return findings;
}

}  // namespace rhumb::doctor
