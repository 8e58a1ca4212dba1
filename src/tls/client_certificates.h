#pragma once
/// Asking clients for certificates: whatever a client shows is taken, for the judgement is not this
/// module's, and may differ from path to path. docs/decisions/0037-client-certificates.md has why.

#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace rhumb::tls {

/// X.500 names in DER: of the authorities whose certificates are worth showing. Browsers offer
/// their users those alone; empty: all that they have.
using AuthorityNames = std::vector<std::string>;

/// What a client may show, and what it may be told, in bytes. More ends the handshake, or is left
/// out. (Chains of today are a tenth of that; a ticket has to have room for them.)
inline constexpr std::size_t client_chain_bytes_max = 32U << 10U;
inline constexpr std::size_t authority_names_bytes_max = 8U << 10U;

// Inside this module only:

/// Has connections of `context` take any certificate, and keep it in tickets.
void take_client_certificates(ssl_ctx_st* context);
/// Has the handshake of `ssl`, or one after it, ask; false when there is no memory left.
bool ask_client(ssl_st* ssl, const AuthorityNames& names);
/// What the client has shown, in DER, the leaf first; empty: nothing. Of a session that was taken
/// up again, what it showed when that began.
std::vector<std::string> shown_by_client(ssl_st* ssl);

}  // namespace rhumb::tls
