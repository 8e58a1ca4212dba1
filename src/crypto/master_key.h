#pragma once
/// The master key: the one secret outside of the store, under which all others are sealed.

#include <filesystem>
#include <optional>

#include "base/result.h"
#include "crypto/seal.h"
#include "crypto/secret.h"

namespace rhumb::crypto {

/// Where the master key is to be found.
struct MasterKeyPlace {
    /// The data directory: its file `master.key` holds the key (64 hexadecimal digits, mode 0600).
    std::filesystem::path directory;
    /// A systemd credential (LoadCredential=…), where there is one: it is read instead, and never
    /// written.
    std::optional<std::filesystem::path> credential;
};

/// The key that is there; `not_found` when there is none. A file that others may read is refused:
/// `denied`.
Result<Secret> load_master_key(const MasterKeyPlace& place);

/// The key that is there, or a new one written to the data directory (which must exist). When two
/// programs start at once, both get the key of the one that was first. With a credential nothing is
/// ever made.
Result<Secret> load_or_create_master_key(const MasterKeyPlace& place);

/// The key that is to take the place of the present one: the file `master.key.next` beside it, or
/// the credential with `.next` behind its name. Nothing when there is none.
Result<std::optional<Secret>> load_next_master_key(const MasterKeyPlace& place);

/// Makes a next key in the data directory, unless there is one, and answers it. `invalid` with a
/// credential: only systemd can write those.
Result<Secret> load_or_create_next_master_key(const MasterKeyPlace& place);

/// Makes `key` the next key, in the place of another that was to be it. `invalid` with a
/// credential.
Result<void> put_next_master_key(const MasterKeyPlace& place, const Secret& key);

/// Lets the file of the next key take the place of the present one's, in one step. Nothing happens
/// when another program was first.
Result<void> promote_next_master_key(const MasterKeyPlace& place);

/// load_or_create_master_key as a Seal: what most callers need. With a next key, both open.
Result<Seal> make_seal(const MasterKeyPlace& place);

}  // namespace rhumb::crypto
