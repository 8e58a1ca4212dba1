#pragma once
/// The files of a mirror on disk. Included by this module alone.

#include <chrono>
#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "pki/chain.h"
#include "pki/key.h"

namespace rhumb::certs {

/// Holds a lock of a mirror's directory; let go of by the destructor, or by the end of the program.
class MirrorLock {
public:
    /// `unavailable` when another program holds it for longer than `wait`.
    static Result<MirrorLock> take(const std::filesystem::path& file,
                                   std::chrono::milliseconds wait);

    MirrorLock(MirrorLock&& other) noexcept : fd_{other.fd_} { other.fd_ = -1; }
    MirrorLock& operator=(MirrorLock&&) = delete;
    ~MirrorLock();

private:
    explicit MirrorLock(int fd) : fd_{fd} {}
    int fd_;
};

/// `invalid`, with the reason, where a mirror must not be: files of its names that are none of its
/// own, or a directory that every user may change.
Result<void> check_mirror_directory(const std::filesystem::path& directory);

/// Makes it, and those above it, where they are not there.
Result<void> make_mirror_directory(const std::filesystem::path& directory);

/// True when the directory has this chain whole, with a key.
bool has_mirror_files(const std::filesystem::path& directory, const pki::Chain& chain);

/// Writes the chain and its key into a new directory inside, then has `current` point to it by one
/// rename. A crash at any step leaves the old or the new.
Result<void> write_mirror_files(const std::filesystem::path& directory, const pki::Chain& chain,
                                const pki::Key& key);

/// Removes what `current` does not point to: what was there before, and what a program that was
/// killed has left. Keys lie in there.
void tidy_mirror_files(const std::filesystem::path& directory);

}  // namespace rhumb::certs
