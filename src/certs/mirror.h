#pragma once
/// Mirrors: directories that have a certificate and its key as files, for other software on this
/// machine, and are kept up to date.
///
///     DIRECTORY/fullchain.pem -> current/fullchain.pem    leaf and intermediates
///     DIRECTORY/privkey.pem   -> current/privkey.pem      the key, not encrypted
///     DIRECTORY/cert.pem, chain.pem                       the leaf; the intermediates
///     DIRECTORY/current       -> .version-k3x9Qa          replaced by one rename: both or neither
///
/// All files have mode 0600, directories that are made here 0700.

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certs/actor.h"
#include "crypto/seal.h"
#include "storage/store.h"

namespace rhumb::certs {

struct MirrorOrder {
    std::string certificate;  ///< its name in the inventory; whatever takes its place is mirrored
    std::filesystem::path directory;  ///< absolute
    /// A line for /bin/sh, run after each change with RHUMB_CERTIFICATE and RHUMB_DIRECTORY in its
    /// environment; "": none. Whoever may set it may run programs as the user of the server.
    std::string hook{};
};

/// Keeps the order, and notes it; the files come with the next update_mirrors(). `invalid`: the
/// directory is not absolute, or has files of these names that are not a mirror's; `not_found`: no
/// such certificate; `conflict`: another certificate has that directory. Any thread; blocks; so for
/// all below.
Result<void> set_mirror(storage::Store& store, const MirrorOrder& order, const Actor& actor,
                        Seconds now);

/// Ends it. The files stay as they are.
Result<void> remove_mirror(storage::Store& store, std::string_view certificate, const Actor& actor,
                           Seconds now);

/// By certificate.
Result<std::vector<storage::MirrorRecord>> list_mirrors(const storage::Store& store);

struct MirrorLimits {
    std::chrono::milliseconds hook{60'000};  ///< then it is killed with all that it has started
    /// How long to wait for another program that is writing the same directory.
    std::chrono::milliseconds other{2'000};
};

struct MirrorReport {
    struct Failure {
        std::string certificate;
        std::string message;
    };
    std::vector<std::string> written;  ///< certificates whose directory has changed
    std::vector<std::string> hooks;    ///< certificates whose hook has run well
    std::vector<Failure> failures;     ///< each is an event too, and stops nothing else
};

/// Brings all directories to what the inventory has, and runs the hooks of those that changed.
/// Cheap when there is nothing to do. Call it after each change of a certificate, at start, and now
/// and then (it mends what another program could not finish). Blocks as long as the hooks take, so
/// never on a loop. Several programs may call it at once.
Result<MirrorReport> update_mirrors(storage::Store& store, const crypto::Seal& seal,
                                    const Actor& actor, Seconds now,
                                    const MirrorLimits& limits = {});

}  // namespace rhumb::certs
