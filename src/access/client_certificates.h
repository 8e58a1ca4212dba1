#pragma once
/// Certificates of clients: whether one is good, and whose it is.

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "config/document.h"
#include "http/message.h"

namespace rhumb::access {

/// What is wrong with a client's certificate, as IIS numbers it after 403.
enum class CertificateFault {
    none = 0,
    required = 7,  ///< there is none
    not_mapped =
        12,  ///< it is good, and no rule makes a user of it. (Nothing is refused for this.)
    revoked = 13,
    untrusted = 16,  ///< ill-formed, or of no authority that counts here
    expired = 17,    ///< or not yet valid
};

struct CertificateVerdict {
    CertificateFault fault = CertificateFault::required;
    std::string reason{};  ///< for people: "it is of «CN=Other CA», which is not trusted here"
    std::string user{};    ///< whose it is by the rules; "": nobody's
    std::string name{};    ///< subject and the first digits of the fingerprint, for logs
    /// With `required`: the client has not been asked on this connection and cannot be any more (it
    /// was made for another name, or before the site wanted certificates). To be answered by 421,
    /// upon which clients make another connection (RFC 9110 section 15.5.20).
    bool needs_new_connection = false;
};

/// The roots, rules and revocations that hold now; replaced as a whole. Any thread.
class ClientCertificates {
public:
    virtual ~ClientCertificates() = default;
    /// Asks the connection for one where that is possible and it has not been asked (only for
    /// `accept` and `require`), and judges it. Never blocks the loop.
    virtual net::Sure<CertificateVerdict> judge(const http::Request& request,
                                                config::ClientCertificate demand) const = 0;
};

}  // namespace rhumb::access
