#pragma once
/// DataLock: one server for one data directory.

#include <filesystem>
#include <optional>

#include <sys/types.h>

#include "base/result.h"

namespace rhumb::server {

/// Held for as long as the object lives; the system lets go of it when the process ends, however it
/// ends.
class DataLock {
public:
    /// `conflict`, with the other's process number, when a server runs on this directory already.
    /// The directory must exist. `config_file`: the configuration's home where it is not the store;
    /// the command line asks for it.
    static Result<DataLock> take(const std::filesystem::path& data,
                                 const std::optional<std::filesystem::path>& config_file = {});
    DataLock(DataLock&& other) noexcept;
    DataLock& operator=(DataLock&&) = delete;
    ~DataLock();

    struct Holder {
        pid_t process = 0;
        std::optional<std::filesystem::path> config_file;
    };
    /// Who serves from this directory; nothing when nobody does.
    static std::optional<Holder> holder(const std::filesystem::path& data);

private:
    explicit DataLock(int fd) : fd_{fd} {}
    int fd_;
};

}  // namespace rhumb::server
