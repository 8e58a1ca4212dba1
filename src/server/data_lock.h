#pragma once
/// DataLock: one server for one data directory.

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "base/result.h"

namespace rhumb::server {

/// Held for as long as the object lives; the system lets go of it when the process ends, however it ends.
class DataLock {
public:
    /// `conflict`, with the other's process number, when a server runs on this directory already. The directory must exist.
    static Result<DataLock> take(const std::filesystem::path& data);
    DataLock(DataLock&& other) noexcept;
    DataLock& operator=(DataLock&&) = delete;
    ~DataLock();

    /// The process that serves from this directory; nothing when none does.
    static std::optional<pid_t> holder(const std::filesystem::path& data);

private:
    explicit DataLock(int fd) : fd_{fd} {}
    int fd_;
};

}  // namespace rhumb::server
