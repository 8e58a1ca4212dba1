#pragma once
/// ClientStore: the seam for places where clients keep the roots that they trust.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/certificate.h"
#include "trust/places.h"

namespace rhumb::trust {

/// Whom a store serves: one user, or everybody on this machine.
enum class Level { user, machine };

/// "user", "machine"; nothing for another word.
std::string_view to_text(Level level);
std::optional<Level> parse_level(std::string_view word);

/// What a store is.
struct About {
    std::string kind;  ///< as on the command line: "system", "nss", "java", "firefox-policy"
    Level level = Level::user;
    /// Which one, for a person: "Debian, /usr/local/share/ca-certificates", "Chromium and Chrome,
    /// /home/ann/.pki/nssdb".
    std::string location;

    bool operator==(const About&) const = default;
};

/// One place. Calls block (they run programs of the system) and are made on one thread. What a
/// store is handed is a root, or a certificate that vouches for itself: install() of this module's
/// install.h sees to that.
class ClientStore {
public:
    virtual ~ClientStore() = default;

    virtual About about() const = 0;

    /// Asks the store itself, not our memory: does it trust this root for Web servers?
    virtual Result<bool> has(const pki::Certificate& root) const = 0;

    /// All that it holds and trusts for Web servers. The lists that browsers bring along beside
    /// their databases are not in it. Certificates that cannot be read are passed over.
    virtual Result<std::vector<pki::Certificate>> roots() const = 0;

    /// Puts it in. `denied`: it takes another user, see command(); `not_found`: a program is
    /// missing, the message says which; `unavailable`: not now, it is in use.
    virtual Result<void> install(const pki::Certificate& root) = 0;

    /// Takes it out; no error when it is not there. Errors as of install().
    virtual Result<void> remove(const pki::Certificate& root) = 0;

    /// What somebody who may would type instead of install() or remove().
    virtual std::string command(const pki::Certificate& root, bool is_install) const = 0;
};

/// "rhumb-" and the first 16 digits of the root's SHA-256: a name for files that no other root has.
std::string unique_name(const pki::Certificate& root);

}  // namespace rhumb::trust
