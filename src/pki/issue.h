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

namespace rhumb::pki {

/// What a certificate is to be used for. It decides the extensions.
enum class Usage {
    root,          ///< signs intermediates: path length 1
    intermediate,  ///< signs servers: path length 0
    server,        ///< TLS server, and nothing else
};

/// No server's certificate lives longer: Apple's clients refuse more, of private roots too.
inline constexpr std::chrono::days server_lifetime_max{825};

/// So much earlier than `now` a certificate begins, for clients whose clock is slow.
inline constexpr std::chrono::hours back_date{1};

struct IssueOptions {
    Usage usage = Usage::server;
    /// "" with `server`: the first name that fits, which must not be more than 64 bytes; or none.
    std::string common_name;
    std::vector<Name> names;  ///< at least one for `server`; none otherwise
    Seconds now{};
    std::chrono::seconds lifetime{};             ///< from `now`
    std::optional<NameConstraints> constraints;  ///< for `root` and `intermediate`; critical
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

}  // namespace rhumb::pki
