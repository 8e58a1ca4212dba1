/// Lint: usages, extensions, serial number and revocation of the leaf.

#include <array>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "pki/certificate_rules.h"
#include "pki/lint_rules.h"

namespace rhumb::pki {

namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

std::string when(bool is_so, std::string_view sentence) {
    return is_so ? std::string{sentence} : std::string{};
}

std::string find_no_extended(const Linted& linted) {
    return when(!linted.leaf().extended,
                "the certificate has no extended key usage, and Apple's clients refuse that");
}

std::string find_client_only(const Linted& linted) {
    const auto& extended = linted.leaf().extended;
    return when(extended && extended->has_client && !extended->has_server && !extended->has_any,
                "the certificate is for clients only, not for servers");
}

std::string find_no_server(const Linted& linted) {
    const auto& extended = linted.leaf().extended;
    return when(extended && !extended->has_client && !extended->has_server && !extended->has_any,
                "the extended key usage of the certificate does not permit TLS servers");
}

std::string find_any(const Linted& linted) {
    const auto& extended = linted.leaf().extended;
    return when(
        extended && extended->has_any && !extended->has_server,
        "the extended key usage of the certificate is for any purpose, and does not name TLS servers");
}

std::string find_client_too(const Linted& linted) {
    const auto& extended = linted.leaf().extended;
    return when(
        linted.is_for_any_client() && extended && extended->has_client && extended->has_server,
        "the certificate is for clients, too, which public authorities no longer issue");
}

std::string find_no_handshake(const Linted& linted) {
    constexpr std::uint32_t handshake =
        KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT;
    return when(!linted.leaf().is_ca() && !linted.leaf().may(handshake),
                "the key usage of the certificate does not permit what a TLS handshake does");
}

std::string find_no_signing(const Linted& linted) {
    const auto& leaf = linted.leaf();
    return when(
        leaf.may(KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT) && !leaf.may(KU_DIGITAL_SIGNATURE),
        "the key usage of the certificate does not permit to sign, which TLS 1.3 and forward secrecy need");
}

std::string find_authority(const Linted& linted) {
    const auto& leaf = linted.leaf();
    return when(leaf.is_ca() || (leaf.key_usage && leaf.may(KU_KEY_CERT_SIGN)),
                "the certificate is that of an authority: who has its key can sign others");
}

std::string find_version(const Linted& linted) {
    return linted.leaf().version == 3 ? ""
                                      : fmt::format("the certificate is of X.509 version {}, not 3",
                                                    linted.leaf().version);
}

std::string find_serial(const Linted& linted) {
    const auto& serial = linted.leaf().serial;
    if (serial.empty() || serial == std::string_view{"\0", 1}) return "the serial number is zero";
    if ((static_cast<unsigned char>(serial.front()) & 0x80U) != 0)
        return "the serial number is below zero";
    return serial.size() > 20
               ? fmt::format("the serial number has {} bytes, more than 20", serial.size())
               : "";
}

std::string find_short_serial(const Linted& linted) {
    const auto size = linted.leaf().serial.size();
    return when(
        find_serial(linted).empty() && size < 8 && !linted.leaf().is_self_issued,
        fmt::format(
            "the serial number has {} bytes only; 64 bits of chance keep signatures from being forged",
            size));
}

std::string find_no_authority_key(const Linted& linted) {
    const auto& leaf = linted.leaf();
    return when(!leaf.is_self_issued && (!leaf.authority_key || !leaf.authority_key->key_id),
                "the certificate does not say which key of its issuer signed it");
}

std::string find_unknown(const Linted& linted) {
    for (const auto& rule : certificate_rules())
        if (rule.id == "extension.critical-unknown")
            return rule.broken({linted.leaf(), Place::leaf, Purpose::server, linted.context.now});
    return {};
}

std::string find_constraints(const Linted& linted) {
    return when(linted.leaf().constraints && !linted.leaf().is_ca(),
                "the certificate has name constraints, which are for authorities");
}

std::string find_poison(const Linted& linted) {
    return when(
        linted.leaf().has_extension(NID_ct_precert_poison),
        "it is a precertificate, made for the logs of Certificate Transparency, and no certificate");
}

std::string find_access(const Linted& linted) {
    return when(linted.leaf().has_broken_access,
                "the authority information access is damaged or empty");
}

std::string find_staple(const Linted& linted) {
    return when(
        linted.leaf().must_staple && !linted.leaf().has_ocsp,
        "the certificate demands a stapled OCSP answer, and names no responder that could give it");
}

/// Baseline Requirements: a certificate of up to seven days needs no pointer.
bool is_short_lived(const Facts& facts) {
    return facts.certificate.not_after() - facts.certificate.not_before() <= std::chrono::days{7};
}

std::string find_no_revocation(const Linted& linted) {
    const auto& leaf = linted.leaf();
    return when(
        linted.is_for_any_client() && !leaf.has_ocsp &&
            !leaf.has_extension(NID_crl_distribution_points) && !is_short_lived(leaf),
        "the certificate names neither a revocation list nor a responder, so nobody learns if it is revoked");
}

std::string find_no_transparency(const Linted& linted) {
    return when(
        linted.is_for_any_client() && !linted.leaf().has_extension(NID_ct_precert_scts) &&
            !linted.leaf().has_extension(NID_ct_precert_poison),
        "the certificate carries no proof of Certificate Transparency, and browsers refuse that of public authorities");
}

constexpr std::string_view for_servers =
    "Ask for a new certificate for TLS servers (extended key usage serverAuth).";
constexpr std::string_view tell = "Tell the authority, and ask for a new certificate.";

constexpr std::array rules{
    RuleEntry{{"cert.precertificate", error, "a precertificate",
               "Install the certificate itself; the authority has it."},
              find_poison},
    RuleEntry{{"cert.version", error, "a certificate of X.509 version 1 or 2", for_servers},
              find_version},
    RuleEntry{
        {"cert.extension.unknown", error, "a critical extension that is not understood", tell},
        find_unknown},
    RuleEntry{{"cert.eku.client-only", error, "for clients only", for_servers}, find_client_only},
    RuleEntry{
        {"cert.eku.no-server", error, "an extended key usage for other purposes", for_servers},
        find_no_server},
    RuleEntry{{"cert.eku.missing", warning, "no extended key usage", for_servers},
              find_no_extended},
    RuleEntry{{"cert.eku.any", warning, "an extended key usage for any purpose", for_servers},
              find_any},
    RuleEntry{{"cert.eku.client-too", note, "for any client: also for TLS clients",
               "Take certificates of your own authority for clients."},
              find_client_too},
    RuleEntry{{"cert.key-usage.no-handshake", error, "a key usage that forbids TLS handshakes",
               for_servers},
              find_no_handshake},
    RuleEntry{{"cert.key-usage.no-signature", warning, "a key usage without digital signature",
               for_servers},
              find_no_signing},
    RuleEntry{{"cert.authority", warning, "an authority's own certificate",
               "Keep the authority's key away from servers, and issue a certificate for this one."},
              find_authority},
    RuleEntry{{"cert.constraints", warning,
               "name constraints in a certificate that is no authority's", tell},
              find_constraints},
    RuleEntry{{"cert.serial.malformed", warning,
               "a serial number of zero, below zero, or of more than 20 bytes", tell},
              find_serial},
    RuleEntry{{"cert.serial.short", warning, "a serial number of less than 64 bits", tell},
              find_short_serial},
    RuleEntry{{"cert.aki.missing", warning, "no authority key identifier", tell},
              find_no_authority_key},
    RuleEntry{{"cert.aia.malformed", warning,
               "authority information access that is damaged or empty", tell},
              find_access},
    RuleEntry{
        {"cert.must-staple.no-responder", error, "must-staple where there is no OCSP responder",
         "Ask for a new certificate without must-staple."},
        find_staple},
    RuleEntry{{"cert.revocation.no-pointer", warning,
               "for any client: no revocation list and no responder", tell},
              find_no_revocation},
    RuleEntry{
        {"cert.transparency.missing", warning,
         "for any client: no proof of Certificate Transparency",
         "If the authority is one of your own, say so; else ask it for a certificate with SCTs."},
        find_no_transparency},
};

}  // namespace

std::span<const RuleEntry> usage_lint() { return rules; }

}  // namespace rhumb::pki
