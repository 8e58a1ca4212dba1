#pragma once
/// ClientStore: the seam for places where clients keep the roots that they trust.

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "pki/certificate.h"

namespace rhumb::trust {

/// One place. Calls block (they run programs of the system) and are made on one thread. What a
/// store is handed is a root: install() of this module's install.h sees to that.
class ClientStore {
public:
    virtual ~ClientStore() = default;

    /// The kind, as on the command line: "system", "nss".
    virtual std::string name() const = 0;

    /// Which one, for a person: "Debian, /usr/local/share/ca-certificates", "Chromium,
    /// /home/ann/.pki/nssdb".
    virtual std::string location() const = 0;

    /// Asks the store itself, not our memory: does it trust this root for Web servers?
    virtual Result<bool> has(const pki::Certificate& root) const = 0;

    /// Puts it in. `denied`: it takes another user, see command(); `not_found`: a program is
    /// missing, the message says which.
    virtual Result<void> install(const pki::Certificate& root) = 0;

    /// Takes it out; no error when it is not there.
    virtual Result<void> remove(const pki::Certificate& root) = 0;

    /// What somebody who may would type instead of install() or remove().
    virtual std::string command(const pki::Certificate& root, bool is_install) const = 0;
};

/// Where to look. Only programs know: they read the environment, or take it from their arguments.
struct Places {
    std::filesystem::path root{"/"};  ///< before every path of the system
    std::filesystem::path home;       ///< HOME; empty: no user's stores are looked for
    std::optional<std::filesystem::path> data_home;    ///< XDG_DATA_HOME, else ~/.local/share
    std::optional<std::filesystem::path> config_home;  ///< XDG_CONFIG_HOME, else ~/.config
    /// Prints the root in PEM: the beginning of the commands that are shown to people.
    std::string export_command = "rhumb ca export";
};

/// "rhumb-" and the first 16 digits of the root's SHA-256: a name for files that no other root has.
std::string unique_name(const pki::Certificate& root);

}  // namespace rhumb::trust
