#pragma once
/// An X.509 certificate: an immutable value, cheap to copy.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "pki/constraints.h"
#include "pki/key.h"
#include "pki/names.h"
#include "pki/subject.h"

struct x509_st;  // OpenSSL's X509, named here so that no caller needs its headers

namespace rhumb::pki {

/// One part of a distinguished name: "CN" (or "2.5.4.97", where it has no short name) and its value
/// in UTF-8.
struct NamePart {
    std::string kind;
    std::string value;

    bool operator==(const NamePart&) const = default;
};

/// May be used from any thread.
class Certificate {
public:
    /// Reads the first certificate of `pem`; what stands around it is ignored.
    static Result<Certificate> from_pem(std::string_view pem);
    static Result<Certificate> from_der(std::string_view der);

    std::string to_pem() const;
    std::string to_der() const;

    /// As RFC 4514 writes it: "CN=Rhumb local authority,O=…"; for people, not for comparing.
    std::string subject() const;
    std::string issuer() const;
    /// The subject in DER: how authorities are named to clients that are asked for certificates.
    std::string subject_der() const;
    /// Each part of the subject, or issuer, in its own order: what patterns are compared with.
    std::vector<NamePart> subject_parts() const;
    std::vector<NamePart> issuer_parts() const;
    /// The subject's (last) common name; "" without one.
    std::string common_name() const;
    /// The subject's fields that Rhumb knows; the last of each kind.
    Subject subject_fields() const;
    /// Lower-case hexadecimal.
    std::string serial() const;
    Seconds not_before() const { return not_before_; }
    Seconds not_after() const { return not_after_; }
    /// The DNS names and addresses that it is for, in its own order. Names that no server can have
    /// are left out.
    std::vector<Name> names() const;
    /// The e-mail addresses that a client's certificate is for (subject alternative names).
    std::vector<std::string> emails() const;
    /// The names by which Windows knows users (otherName 1.3.6.1.4.1.311.20.2.3):
    /// "ann@corp.example".
    std::vector<std::string> principal_names() const;
    /// Where its issuer's certificate can be had (authority information access, caIssuers): http
    /// and https URLs only, http first, each once. Foreign text: to be checked before it is called.
    std::vector<std::string> issuer_urls() const;
    /// Where the list that may revoke it can be had (CRL distribution points): the same.
    std::vector<std::string> crl_urls() const;
    /// The subject and authority key identifiers; "" without one.
    std::string subject_key_id() const;
    std::string authority_key_id() const;
    /// Digests over the whole certificate: 32 and 20 bytes. SHA-1 only because other tools show it.
    std::string fingerprint_sha256() const;
    std::string fingerprint_sha1() const;
    PublicKey public_key() const;
    /// "ecdsa-with-SHA256", "sha256WithRSAEncryption" …
    std::string signature_algorithm() const;
    /// True when it may sign others (basic constraints say CA).
    bool is_ca() const;
    /// True when subject and issuer are the same and its own key signed it: a root, or self-signed.
    bool is_self_signed() const;
    /// True when `issuer` is its issuer by name and key, and really signed it.
    bool is_issued_by(const Certificate& issuer) const;
    /// What is permitted below it; nothing when it is not constrained. A kind of name that it does
    /// not speak of is permitted as a whole; what it excludes is not told (our own exclude nothing,
    /// and verify() heeds it).
    std::optional<NameConstraints> name_constraints() const;

    /// True when a client that asks for `host` (a DNS name or an address) would accept it: RFC
    /// 9525, subject alternative names only, a wildcard stands for the whole first label, addresses
    /// match exactly.
    bool matches_host(std::string_view host) const;

    bool is_valid_at(Seconds now) const { return not_before() <= now && now <= not_after(); }

    /// True when less than a third of the lifetime is left: the usual moment to renew.
    bool is_due(Seconds now) const;

    /// The same certificate, byte for byte.
    bool operator==(const Certificate& other) const;

private:
    friend class Native;
    Certificate(std::shared_ptr<x509_st> x509, Seconds not_before, Seconds not_after)
        : x509_{std::move(x509)}, not_before_{not_before}, not_after_{not_after} {}

    /// Takes over what is not null. `invalid` when its dates or extensions cannot be read.
    static Result<Certificate> adopt(std::shared_ptr<x509_st> x509);

    std::shared_ptr<x509_st> x509_;  // never null, never written to
    Seconds not_before_;
    Seconds not_after_;
};

/// Bytes as AB:CD:… : how fingerprints are shown to people.
std::string to_colon_hex(std::string_view bytes);

}  // namespace rhumb::pki
