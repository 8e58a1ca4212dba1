#pragma once
/// Issuing certificates: what is the same for every certificate that Rhumb signs.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "pki/certificate.h"
#include "pki/key.h"
#include "pki/subject.h"

namespace rhumb::pki {

/// What a certificate is to be used for. It decides the extensions.
enum class Usage {
    root,          ///< signs intermediates: path length 2, room for a root that it cross-signs
    intermediate,  ///< signs servers and clients: path length 0
    server,        ///< TLS server, and nothing else
    client,        ///< TLS client (mutual TLS), and nothing else
};

/// No server's certificate (nor client's) lives longer: Apple's clients refuse more, of private
/// roots too.
inline constexpr std::chrono::days server_lifetime_max{825};

/// So much earlier than `now` a certificate begins, for clients whose clock is slow.
inline constexpr std::chrono::hours back_date{1};

struct IssueOptions {
    Usage usage = Usage::server;
    /// "" with `server`: the first name that fits, which must not be more than 64 bytes; or none.
    /// Needed by all others; with `client` the name of the user.
    std::string common_name;
    std::vector<Name> names;  ///< at least one for `server`; none otherwise
    Seconds now{};
    std::chrono::seconds lifetime{};             ///< from `now`
    std::optional<NameConstraints> constraints;  ///< for `root` and `intermediate`; critical
    /// What stands in the subject beside the common name. (Its own common_name counts only when the
    /// one above is "".)
    Subject subject{};
    /// For `client`: e-mail addresses, which go into the alternative names.
    std::vector<std::string> emails{};
    /// Permits more than server_lifetime_max, which clients of today refuse.
    bool is_for_old_clients = false;
    /// http URL of the signer's revocation list (RFC 5280 section 4.2.1.13); "": none. Not for a
    /// root.
    std::string crl_url{};
    /// http URL of the signer's certificate in DER (authority information access); "": none.
    std::string issuer_url{};
};

/// A certificate and the key that signs for it.
struct Signer {
    const Certificate& certificate;
    const Key& key;
};

/// Signs a certificate for `subject`. `invalid`: wrong options, or a name that the signer's
/// constraints do not permit; never past the signer's own end (the lifetime is cut to it, `invalid`
/// when nothing is left).
Result<Certificate> issue(const IssueOptions& options, const PublicKey& subject,
                          const Signer& signer);

/// Signs a certificate for `key` with that same key: a root, or a self-signed server certificate.
Result<Certificate> issue_self_signed(const IssueOptions& options, const Key& key);

/// The same authority as the self-signed `root` (name, key, key identifier, name constraints), but
/// signed by another root: clients that trust only `signer` then accept what hangs below `root`, as
/// far as the constraints of both permit. Ends when the first of both does. `invalid`: one of them
/// is no root or has expired, or the path length of the signer leaves no room.
Result<Certificate> cross_sign(const Certificate& root, const Signer& signer, Seconds now);

}  // namespace rhumb::pki
