#include "pki/certificate_rules.h"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "crypto/errors.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

constexpr auto clients = Strictness::clients;
constexpr auto letter = Strictness::letter;
constexpr unsigned leaf = 1;
constexpr unsigned intermediate = 2;
constexpr unsigned root = 4;
constexpr unsigned below_root = leaf | intermediate;
constexpr unsigned authority = intermediate | root;
constexpr unsigned anywhere = leaf | intermediate | root;

/// Extensions that this validator acts upon; others must not be marked critical.
bool is_understood(int nid) {
    constexpr std::array understood{
        NID_basic_constraints,       NID_key_usage,        NID_ext_key_usage,
        NID_subject_alt_name,        NID_name_constraints, NID_certificate_policies,
        NID_policy_constraints,      NID_policy_mappings,  NID_inhibit_any_policy,
        NID_crl_distribution_points, NID_tlsfeature};
    return std::ranges::find(understood, nid) != understood.end();
}

/// The rule for extensions that must not be marked critical; for those, which nobody acts upon, the
/// rule on unknown ones must keep silent.
constexpr std::array never_critical{NID_authority_key_identifier, NID_subject_key_identifier,
                                    NID_info_access};

std::string check_unknown(const Judged& judged) {
    for (const auto& mark : judged.facts.extensions)
        if (mark.is_critical && !is_understood(mark.nid) &&
            std::ranges::find(never_critical, mark.nid) == never_critical.end())
            return fmt::format("its extension {} is critical, and not known here", mark.oid);
    return {};
}

std::string check_never_critical(const Judged& judged) {
    for (const int nid : never_critical)
        if (const auto* mark = judged.facts.find_extension(nid);
            mark != nullptr && mark->is_critical)
            return fmt::format("its extension {} is marked critical, which it must not be",
                               OBJ_nid2ln(nid));
    return {};
}

std::string check_always_critical(const Judged& judged) {
    for (const int nid : {NID_policy_constraints, NID_inhibit_any_policy})
        if (const auto* mark = judged.facts.find_extension(nid);
            mark != nullptr && !mark->is_critical)
            return fmt::format("its extension {} is not marked critical, which it must be",
                               OBJ_nid2ln(nid));
    return {};
}

std::string check_begin(const Judged& judged) {
    const auto begin = judged.facts.certificate.not_before();
    return judged.now < begin
               ? fmt::format("it is not valid before {:%Y-%m-%d %H:%M:%S} UTC", begin)
               : "";
}

std::string check_end(const Judged& judged) {
    const auto end = judged.facts.certificate.not_after();
    return judged.now > end ? fmt::format("it expired on {:%Y-%m-%d %H:%M:%S} UTC", end) : "";
}

std::string check_extended(const Judged& judged) {
    const auto& extended = judged.facts.extended;
    if (!extended || extended->has_any) return {};
    if (judged.purpose == Purpose::server)
        return extended->has_server ? "" : "its extended key usage does not permit TLS servers";
    return extended->has_client ? "" : "its extended key usage does not permit TLS clients";
}

/// A root may have another name for its issuer; what counts is that its own key signed it.
bool is_signed_by_itself(const Facts& facts) {
    auto* const x509 = Native::get(facts.certificate);
    const bool is = X509_verify(x509, X509_get0_pubkey(x509)) == 1;
    crypto::take_openssl_reasons();
    return is;
}

std::string check_authority_key(const Judged& judged) {
    const auto& facts = judged.facts;
    if (facts.authority_key)
        return facts.authority_key->key_id
                   ? ""
                   : "its authority key identifier is without the key's identifier";
    if (facts.is_self_issued || is_signed_by_itself(facts)) return {};
    return "it does not say which key signed it (authority key identifier)";
}

std::string check_root_key(const Judged& judged) {
    const auto& key = judged.facts.authority_key;
    if (!key || !judged.facts.is_self_issued) return {};
    if (key->has_issuer || key->has_serial)
        return "its authority key identifier names an issuer or a serial number, which a root's must not";
    if (key->key_id && judged.facts.subject_key_id && *key->key_id != *judged.facts.subject_key_id)
        return "it is a root, and its authority and subject key identifiers differ";
    return {};
}

std::string check_serial(const Judged& judged) {
    const auto& serial = judged.facts.serial;
    if (serial.empty() || serial == std::string_view{"\0", 1}) return "its serial number is zero";
    if ((static_cast<unsigned char>(serial.front()) & 0x80U) != 0)
        return "its serial number is below zero";
    return serial.size() > 20
               ? fmt::format("its serial number has {} bytes, more than 20", serial.size())
               : "";
}

std::string check_consistent_ca(const Judged& judged) {
    const auto& facts = judged.facts;
    if (!facts.key_usage) return {};
    if (facts.is_ca() && !facts.may(KU_KEY_CERT_SIGN))
        return "it is an authority by its basic constraints, but its key usage does not permit to sign certificates";
    if (!facts.is_ca() && facts.may(KU_KEY_CERT_SIGN))
        return "its key usage permits to sign certificates, but it is no authority by its basic constraints";
    return {};
}

std::string when(bool is_broken, std::string_view sentence) {
    return is_broken ? std::string{sentence} : std::string{};
}

constexpr std::array rules{
    CertificateRule{"date.not-yet-valid", clients, anywhere, "used before its time", check_begin},
    CertificateRule{"date.expired", clients, anywhere, "used after its time", check_end},
    CertificateRule{"version.not-3", clients, below_root, "an X.509 certificate of version 1 or 2",
                    [](const Judged& j) {
                        return when(
                            j.facts.version != 3,
                            fmt::format("it is of X.509 version {}, not 3", j.facts.version));
                    }},
    CertificateRule{"version.root-not-3", letter, root, "a root of version 1 or 2",
                    [](const Judged& j) {
                        return when(j.facts.version != 3,
                                    fmt::format("it is a root of X.509 version {}, not 3",
                                                j.facts.version));
                    }},
    CertificateRule{"issuer.empty", clients, anywhere, "no issuer named, or one without a name",
                    [](const Judged& j) {
                        return when(!j.facts.has_issuer, "the name of its issuer is empty");
                    }},
    CertificateRule{"extension.critical-unknown", clients, anywhere,
                    "a critical extension that is not understood", check_unknown},
    CertificateRule{"extension.critical-wrongly", letter, anywhere,
                    "key identifiers or authority information access marked critical",
                    check_never_critical},
    CertificateRule{"extension.not-critical", letter, anywhere,
                    "policy constraints or inhibit-any-policy not marked critical",
                    check_always_critical},
    CertificateRule{
        "ca.not-an-authority", clients, authority, "an issuer that is no authority",
        [](const Judged& j) {
            return when(
                !j.facts.is_ca(),
                "it signed another certificate, but is no authority by its basic constraints");
        }},
    CertificateRule{
        "ca.key-usage", clients, authority, "an authority whose key must not sign certificates",
        [](const Judged& j) {
            return when(!j.facts.may(KU_KEY_CERT_SIGN),
                        "it signed another certificate, but its key usage does not permit that");
        }},
    CertificateRule{
        "ca.not-critical", letter, authority, "basic constraints not marked critical",
        [](const Judged& j) {
            return when(!j.facts.basic->is_critical,
                        "it is an authority, and its basic constraints are not marked critical");
        }},
    CertificateRule{"ca.inconsistent", letter, leaf,
                    "basic constraints and key usage that contradict each other",
                    check_consistent_ca},
    CertificateRule{"usage.extended-empty", clients, anywhere,
                    "an extended key usage that names none",
                    [](const Judged& j) {
                        return when(j.facts.extended && j.facts.extended->count == 0,
                                    "its extended key usage is there, but empty");
                    }},
    CertificateRule{"usage.extended", clients, below_root,
                    "an extended key usage for other purposes", check_extended},
    CertificateRule{"usage.extended-on-root", letter, root, "an extended key usage in a root",
                    [](const Judged& j) {
                        return when(j.facts.extended.has_value(),
                                    "it is a root, and has an extended key usage");
                    }},
    CertificateRule{"constraints.on-leaf", letter, leaf,
                    "name constraints in a certificate that is no authority",
                    [](const Judged& j) {
                        return when(j.facts.constraints && !j.facts.is_ca(),
                                    "it has name constraints, and is no authority");
                    }},
    CertificateRule{"key-id.subject-missing", letter, authority,
                    "an authority without subject key identifier",
                    [](const Judged& j) {
                        return when(!j.facts.subject_key_id,
                                    "it is an authority without a subject key identifier");
                    }},
    CertificateRule{"key-id.authority-missing", letter, anywhere,
                    "no authority key identifier, or an incomplete one", check_authority_key},
    CertificateRule{"key-id.root", letter, root,
                    "a root's authority key identifier that is not its own", check_root_key},
    CertificateRule{"serial.malformed", letter, below_root,
                    "a serial number of zero, below zero, or longer than 20 bytes", check_serial},
    CertificateRule{"access.malformed", letter, anywhere,
                    "authority information access that is damaged or empty",
                    [](const Judged& j) {
                        return when(j.facts.has_broken_access,
                                    "its authority information access is damaged or empty");
                    }},
};

}  // namespace

std::span<const CertificateRule> certificate_rules() { return rules; }

std::optional<Fault> first_fault(const Judged& judged, Strictness strictness) {
    for (const auto table : {certificate_rules(), key_rules(), leaf_rules()})
        for (const auto& rule : table) {
            const bool is_meant = (rule.places & static_cast<unsigned>(judged.place)) != 0 &&
                                  rule.strictness <= strictness;
            if (!is_meant) continue;
            if (auto sentence = rule.broken(judged); !sentence.empty())
                return Fault{rule.id, std::move(sentence)};
        }
    return std::nullopt;
}

}  // namespace rhumb::pki
