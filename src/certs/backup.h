#pragma once
/// Backups: the store in one file, made while it is used, and put back.
///
/// In it: the configuration and its history (where the store is its home), certificates with their
/// keys, requests, the authorities, the audit trail. Not in it: pages, geographic data, logs. The
/// keys stay sealed, so a backup alone opens none of them: it needs the master key, which is beside
/// it or, sealed under a password, within it. docs/decisions/0030-backups.md says why.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/actor.h"
#include "crypto/master_key.h"
#include "crypto/password_seal.h"
#include "crypto/seal.h"
#include "storage/store.h"

namespace rhumb::certs {

/// What a backup is, as it says itself and as it was found.
struct Backup {
    std::filesystem::path file{};
    Seconds made{};
    std::string program{};  ///< the version of Rhumb that made it
    std::string host{};     ///< on which machine
    std::string data{};     ///< of which data directory
    std::uint64_t size = 0;
    int schema = 0;
    bool is_older = false;  ///< its schema is older than this program's: a restore brings it up
    bool has_key = false;   ///< the master key is in it, under a password
    /// The master keys that its private keys need (one, but for oddities); empty: it has none.
    std::vector<std::string> key_ids{};
    std::size_t certificates = 0;  ///< in use
};

struct BackupOrder {
    std::filesystem::path file{};  ///< to be written; its directory is there
    bool replaces = false;         ///< a file that is there
    /// With it the master key goes in, sealed under it.
    const crypto::Secret* password = nullptr;
    crypto::PasswordCost cost{};
    std::string program{};  ///< goes in, see Backup
    std::string host{};
    Seconds now{};
};

/// Copies one state of the store, also while a server works on it; checks the file as
/// check_backup() does; gives it its name, in one step, with mode 0600; remembers it in the store,
/// and notes the event `backup.created`. Killed at any moment, it leaves the whole file or none of
/// that name (a file `NAME.part` is used again by the next attempt). `conflict`: the file is there
/// already, or another program is writing it.
Result<Backup> make_backup(storage::Store& store, const crypto::MasterKeyPlace& place,
                           const BackupOrder& order, const Actor& actor);

/// Reads all of it, without changing it: no damage, nothing that is not of a store, a schema that
/// this program knows (`conflict`: a newer one), and it opens. With a password, that all its keys
/// open (`denied`: the password is another one). `not_found`, `invalid`: no backup, or a damaged
/// one.
Result<Backup> check_backup(const std::filesystem::path& file,
                            const crypto::Secret* password = nullptr);

struct RestoreOrder {
    std::filesystem::path file{};
    crypto::MasterKeyPlace place{};            ///< where to: the data directory, which is there
    const crypto::Secret* password = nullptr;  ///< of the master key that is in it
    bool accepts_loss = false;                 ///< also where its keys will not open
    Seconds now{};
};

struct Restored {
    Backup backup{};
    /// The directory where all is that was there before; nothing when there was none.
    std::optional<std::filesystem::path> before{};
    bool is_key_replaced = false;      ///< the master key is now the one that was in the backup
    std::vector<std::string> notes{};  ///< sentences for people
};

/// Puts what the backup has in the place of the store. The caller has seen to it that no server
/// runs, and keeps one from starting. Everything is checked before anything is changed: `invalid`,
/// `conflict` (a newer schema; the keys do not open with what is at hand), `denied` (the password).
/// What was there is kept in a directory `before-restore-…`. The event `backup.restored` is noted
/// in the restored store. Killed at any moment, the store is the old one or the restored one, and
/// opens.
Result<Restored> restore_backup(const RestoreOrder& order, const Actor& actor);

}  // namespace rhumb::certs
