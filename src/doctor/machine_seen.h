#pragma once
/// What was seen of this machine: plain values, for judgements without a machine.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"

namespace rhumb::doctor {

/// Room on the file system of one directory.
struct DiskSeen {
    std::filesystem::path directory{};
    std::string purpose{};  ///< "the data directory", "the log of «Default Web Site»"
    std::uint64_t bytes = 0;
    std::uint64_t bytes_free = 0;  ///< that one who is not root may take
    std::uint64_t inodes = 0;      ///< 0: the file system does not count them
    std::uint64_t inodes_free = 0;
};

/// A running process, as /proc shows it; what may not be seen is nothing.
struct ProcessSeen {
    pid_t process = 0;
    std::optional<std::uint32_t> user{};             ///< the effective one
    std::optional<std::uint64_t> descriptors_max{};  ///< RLIMIT_NOFILE
    std::optional<std::uint64_t> core_bytes_max{};   ///< RLIMIT_CORE
    std::string program{};                           ///< the path of its executable
    bool is_program_replaced = false;                ///< that file is no longer what runs
};

/// The machine's clock.
struct ClockSeen {
    Seconds now{};
    std::optional<bool> is_synchronised{};  ///< as the kernel was told (adjtimex)
    std::optional<Seconds> newest_made{};  ///< when the newest certificate was put in, by the clock
    std::string newest_name{};             ///< which of them that is
};

/// Which OpenSSL runs, and which the system has.
struct OpensslSeen {
    std::string loaded{};  ///< "3.5.7"
    std::string system{};  ///< "3.0.19"; "" where it cannot be asked
    bool has_post_quantum_group = false;
};

}  // namespace rhumb::doctor
