#pragma once
/// Facts: what a certificate says, read once into plain values, for those who judge it (validate,
/// lint). Not for programs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/certificate.h"

namespace rhumb::pki {

/// One name of a subject alternative name or of a name constraint.
struct GeneralName {
    enum class Kind { dns, email, uri, ip, directory, other };
    Kind kind = Kind::other;
    /// dns, email, uri: the text as it stands; ip: the bytes; directory: the name in DER; other:
    /// "".
    std::string value;
};

struct AlternativeNames {
    bool is_critical = false;
    std::vector<GeneralName> names;
};

/// RFC 5280 section 4.2.1.10.
struct Subtrees {
    bool is_critical = false;
    bool has_distance = false;  ///< a minimum or maximum, which the profile forbids
    std::vector<GeneralName> permitted;
    std::vector<GeneralName> excluded;
};

struct BasicConstraints {
    bool is_critical = false;
    bool is_ca = false;
    std::optional<int> path_length;
};

struct ExtendedKeyUsage {
    bool is_critical = false;
    bool has_server = false;
    bool has_client = false;
    bool has_any = false;
    std::size_t count = 0;
};

struct AuthorityKeyId {
    bool is_critical = false;
    std::optional<std::string> key_id;
    bool has_issuer = false;
    bool has_serial = false;
};

/// Which kind of key, and how strong.
struct KeyFacts {
    enum class Kind { rsa, rsa_pss, ec, ed25519, ed448, other };
    Kind kind = Kind::other;
    int bits = 0;
    std::string group;  ///< ec: "prime256v1" …; "" when its parameters are spelled out
    bool has_good_exponent = true;  ///< rsa: odd, and at least 3
    std::string id;                 ///< SHA-256 of it: equal for equal keys
};

/// How a certificate was signed.
struct SignatureFacts {
    std::string name;     ///< "ecdsa-with-SHA256" …
    int digest_bits = 0;  ///< 160 for SHA-1; 0 for none or unknown
    bool is_known = false;
    bool is_the_same_inside = false;  ///< the signed part names the same algorithm
};

struct ExtensionMark {
    std::string oid;  ///< "2.5.29.17"
    int nid = 0;
    bool is_critical = false;
};

struct Facts {
    explicit Facts(Certificate of) : certificate{std::move(of)} {}

    Certificate certificate;
    int version = 3;
    std::string subject_der;
    bool has_subject = false;  ///< not empty
    bool has_issuer = false;
    bool is_self_issued = false;  ///< subject and issuer are the same name
    std::vector<std::string> common_names;
    std::vector<std::string> subject_emails;
    std::string serial;  ///< its content bytes: two's complement
    KeyFacts key;
    SignatureFacts signature;
    std::vector<ExtensionMark> extensions;
    std::optional<BasicConstraints> basic;
    std::optional<std::uint32_t> key_usage;  ///< bits as OpenSSL's KU_…
    std::optional<ExtendedKeyUsage> extended;
    std::optional<AlternativeNames> alternative;
    std::optional<Subtrees> constraints;
    std::optional<AuthorityKeyId> authority_key;
    std::optional<std::string> subject_key_id;
    bool has_broken_access = false;  ///< authority information access is damaged or empty
    bool has_ocsp = false;           ///< it names a responder
    bool must_staple = false;        ///< RFC 7633: status_request

    /// True when basic constraints say so.
    bool is_ca() const { return basic && basic->is_ca; }
    bool has_extension(int nid) const { return find_extension(nid) != nullptr; }
    const ExtensionMark* find_extension(int nid) const;
    /// True where key usage is not there, or has that bit.
    bool may(std::uint32_t usage) const { return !key_usage || (*key_usage & usage) != 0; }
};

/// What is wrong with a certificate: `id` and sentence as of Refusal.
struct Fault {
    std::string_view id;
    std::string sentence;
};

/// Reads all of it. Fails where an extension is damaged or is there twice.
tl::expected<Facts, Fault> read_facts(const Certificate& certificate);

}  // namespace rhumb::pki
