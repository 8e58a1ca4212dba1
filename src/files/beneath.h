#pragma once
/// Opening files that lie beneath a directory, whatever the name asks for: no "..", no link and no
/// mount trick leads out. The kernel decides while it walks the path (openat2), so that nothing can
/// be changed between a check and its use.
///
/// Links are followed where they stay beneath the directory; a link that is written as an absolute
/// path leads out. Where the kernel has no openat2 (before Linux 5.6), no link is followed at all.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <sys/stat.h>

#include "base/result.h"
#include "http/message.h"

namespace rhumb::files {

/// What a file was when it was looked at. Equal stamps: the same file, unchanged.
struct Stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;  ///< since 1970
    std::int64_t changed_ns = 0;   ///< the inode; set by the kernel alone
    std::uint32_t mode = 0;

    static Stamp of(const struct stat& status);
    bool is_file() const { return S_ISREG(mode); }
    bool is_directory() const { return S_ISDIR(mode); }
    bool operator==(const Stamp&) const = default;
};

/// A file or directory that was opened for reading.
struct Opened {
    std::shared_ptr<const http::OpenFile> file;
    Stamp stamp;
};

/// A directory. Immutable, safe from any thread. Names are relative to it, without a slash at the
/// start; "" is itself. Errors: `not_found` for what is not there or leads out, `denied` for what
/// the system refuses this process, `unavailable` when descriptors have run out.
class Beneath {
public:
    /// `not_found` when there is no such directory.
    static Result<std::shared_ptr<const Beneath>> open(const std::filesystem::path& directory);

    /// What is there, without opening it: a device or a FIFO notices nothing.
    Result<Stamp> look(const std::string& name) const;
    /// Opens a regular file; anything else is `not_found`.
    Result<Opened> open_file(const std::string& name) const;
    /// Opens a directory, to list it.
    Result<Opened> open_directory(const std::string& name) const;

    /// The directory itself, as it was when it was opened.
    const Stamp& stamp() const { return stamp_; }

private:
    Beneath(int fd, Stamp stamp) : directory_{fd}, stamp_{stamp} {}
    Result<Opened> open_as(const std::string& name, int flags) const;

    http::OpenFile directory_;
    Stamp stamp_;
};

}  // namespace rhumb::files
