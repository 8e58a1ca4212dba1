/// What a leaf must be beyond what holds for every certificate: its names and its usages.

#include <algorithm>
#include <array>

#include <openssl/x509v3.h>

#include "pki/certificate_rules.h"
#include "pki/name_rules.h"

namespace rhumb::pki {

namespace {

constexpr unsigned leaf = 1;

bool is_server(const Judged& judged) { return judged.purpose == Purpose::server; }

std::string check_key_usage(const Judged& judged) {
    // An authority in the leaf's place: whether it may be there, ca.as-leaf says.
    if (judged.facts.is_ca()) return {};
    constexpr std::uint32_t handshake =
        KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT;
    return judged.facts.may(handshake) ? ""
                                       : "its key usage does not permit what a TLS handshake does";
}

std::string check_alternative(const Judged& judged) {
    return is_server(judged) &&
                   (!judged.facts.alternative || judged.facts.alternative->names.empty())
               ? "it has no subject alternative name; clients no longer read the common name"
               : "";
}

std::string check_forms(const Judged& judged) {
    if (!judged.facts.alternative) return {};
    for (const auto& name : judged.facts.alternative->names)
        if (const auto fault = fault_of(name); !fault.empty())
            return fmt::format("its name {} is malformed: {}", shown(name), fault);
    return {};
}

std::string check_mark(const Judged& judged) {
    const auto& alternative = judged.facts.alternative;
    if (!alternative) return {};
    if (alternative->is_critical && judged.facts.has_subject)
        return "its subject alternative name is marked critical although there is a subject";
    if (!alternative->is_critical && !judged.facts.has_subject)
        return "its subject is empty, and its subject alternative name is not marked critical";
    return {};
}

std::string check_common_names(const Judged& judged) {
    if (!is_server(judged) || !judged.facts.alternative) return {};
    for (const auto& common_name : judged.facts.common_names)
        if (const auto fault = fault_of_common_name(common_name, *judged.facts.alternative);
            !fault.empty())
            return fmt::format("its common name «{}» looks like a server's, but {}", common_name,
                               fault);
    return {};
}

std::string check_extended(const Judged& judged) {
    if (!is_server(judged)) return {};
    const auto& extended = judged.facts.extended;
    if (!extended) return "it has no extended key usage, and so is for any purpose";
    if (extended->has_any) return "its extended key usage is for any purpose";
    return extended->is_critical ? "its extended key usage is marked critical" : "";
}

std::string check_authority(const Judged& judged) {
    return is_server(judged) && judged.facts.is_ca()
               ? "it is an authority's own certificate, which must not serve"
               : "";
}

constexpr std::array rules{
    CertificateRule{"san.missing", Strictness::clients, leaf, "no subject alternative name",
                    check_alternative},
    CertificateRule{"usage.key", Strictness::clients, leaf,
                    "a key usage that forbids TLS handshakes", check_key_usage},
    CertificateRule{"ca.as-leaf", Strictness::letter, leaf,
                    "an authority's certificate in the place of a server's", check_authority},
    CertificateRule{"san.malformed", Strictness::letter, leaf, "names that no server can have",
                    check_forms},
    CertificateRule{
        "san.critical", Strictness::letter, leaf,
        "alternative names marked critical although there is a subject, or not although there is none",
        check_mark},
    CertificateRule{"subject.common-name", Strictness::letter, leaf,
                    "a common name that is none of its names", check_common_names},
    CertificateRule{"usage.extended-letter", Strictness::letter, leaf,
                    "an extended key usage that is missing, critical, or for any purpose",
                    check_extended},
};

}  // namespace

std::span<const CertificateRule> leaf_rules() { return rules; }

}  // namespace rhumb::pki
