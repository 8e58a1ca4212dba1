#pragma once
/// Context: an OpenSSL SSL_CTX set up for a profile, perhaps with credentials. Inside this module
/// only.

#include <memory>

#include "base/result.h"
#include "tls/credential.h"
#include "tls/profile.h"

struct ssl_ctx_st;
struct ssl_st;

namespace rhumb::tls {

class TicketKeys;

using ContextPointer = std::shared_ptr<ssl_ctx_st>;

/// A server context with everything but a certificate.
Result<ContextPointer> make_context(Profile profile, const TicketKeys& tickets);
/// The same, serving `credentials`.
Result<ContextPointer> make_context(Profile profile, const TicketKeys& tickets,
                                    const CredentialGroup& credentials);
/// Has one connection follow another profile; to be called before the version is chosen.
bool apply_profile(ssl_st* ssl, Profile profile);

}  // namespace rhumb::tls
