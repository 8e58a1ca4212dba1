#pragma once
/// A certificate request (PKCS#10, RFC 2986): names and a key, signed by that key, for an authority
/// to make a certificate of.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/key.h"
#include "pki/names.h"
#include "pki/subject.h"

struct X509_req_st;  // OpenSSL's X509_REQ, named here so that no caller needs its headers

namespace rhumb::pki {

/// An immutable value, cheap to copy. May be used from any thread.
class Request {
public:
    /// Reads the first request of `pem` (BEGIN CERTIFICATE REQUEST, or NEW CERTIFICATE REQUEST as
    /// Windows and Java write); what stands around it is ignored. `invalid`: there is none, it is
    /// damaged, or its signature was not made by its key; `too_large`.
    static Result<Request> from_pem(std::string_view pem);
    static Result<Request> from_der(std::string_view der);

    std::string to_pem() const;
    std::string to_der() const;

    /// Its fields that Rhumb knows; the last of each kind.
    Subject subject() const;
    /// The whole subject as RFC 4514 writes it; for people, not for comparing.
    std::string subject_text() const;
    /// The DNS names and addresses that it asks for (subject alternative names), in its own order;
    /// those that no server can have are left out. The common name is not looked at.
    std::vector<Name> names() const;
    PublicKey public_key() const;
    /// "ecdsa-with-SHA256", "sha256WithRSAEncryption" …
    std::string signature_algorithm() const;

    /// True when it is for that private key.
    bool matches(const Key& key) const;

    /// The same request, byte for byte.
    bool operator==(const Request& other) const;

private:
    friend class Native;
    explicit Request(std::shared_ptr<X509_req_st> request) : request_{std::move(request)} {}

    std::shared_ptr<X509_req_st> request_;  // never null, never written to
};

/// Makes a request for `key`, signed with SHA-256 (SHA-384 for ec-p384): the subject alternative
/// names always, the key and TLS server uses, and the subject as check_subject() leaves it. The
/// common name is optional and never made up; when it is a host name or an address it must be one
/// of `names`. `invalid`: the subject is wrong, or there are no names or too many.
Result<Request> make_request(const Subject& subject, std::span<const Name> names, const Key& key);

}  // namespace rhumb::pki
