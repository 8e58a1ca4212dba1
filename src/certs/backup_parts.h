#pragma once
/// What making, checking and restoring backups share. Included by this module alone.

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certs/key_rotation.h"
#include "crypto/master_key.h"
#include "storage/store.h"

namespace rhumb::certs {

/// What the master key in a backup is sealed for.
inline constexpr std::string_view backup_key_purpose = "backup master key";

/// A directory of its own, for its owner alone, that is gone with the object.
class Scratch {
public:
    /// A new one below `above`.
    static Result<Scratch> make(const std::filesystem::path& above);
    /// This very one; what is there of that name goes.
    static Result<Scratch> make_at(const std::filesystem::path& directory);
    Scratch(Scratch&& other) noexcept : path_{std::exchange(other.path_, {})} {}
    Scratch& operator=(Scratch&&) = delete;
    ~Scratch();
    const std::filesystem::path& path() const { return path_; }

private:
    explicit Scratch(std::filesystem::path path) : path_{std::move(path)} {}
    std::filesystem::path path_;  // empty: moved from
};

/// Copies a backup into `directory`, as its store.
Result<void> copy_as_store(const std::filesystem::path& file,
                           const std::filesystem::path& directory);

/// So that a rename survives a crash of the machine.
Result<void> sync_directory(const std::filesystem::path& directory);

/// The master keys that are there: the present one, the next one; none is no error.
Result<std::vector<crypto::Secret>> keys_at_hand(const crypto::MasterKeyPlace& place);

/// What a master key is called: see Seal::key_id().
Result<std::string> key_id_of(const crypto::Secret& key);

/// The master key that is in a backup, which is open as a store. `not_found`: there is none;
/// `denied`: the password is another one.
Result<crypto::Secret> open_backup_key(const storage::View& view, const crypto::Secret& password);

}  // namespace rhumb::certs
