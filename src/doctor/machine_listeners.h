#pragma once
/// Who listens on which port of this machine, as /proc tells.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace rhumb::doctor {

/// A socket that takes connections.
struct Listener {
    std::string ip;  ///< "0.0.0.0" and "::" for every address
    std::uint16_t port = 0;
    std::uint32_t user = 0;   ///< whose it is
    std::uint64_t inode = 0;  ///< by which its process is found

    bool operator==(const Listener&) const = default;
};

/// Out of /proc/net/tcp or /proc/net/tcp6 (proc(5)); what cannot be read is left out.
std::vector<Listener> parse_listeners(std::string_view text);

/// All of this machine.
std::vector<Listener> read_listeners();

/// A process, for a person.
struct Owner {
    pid_t process = 0;
    std::string program{};  ///< its path, else its name
    std::string unit{};     ///< "nginx.service" where systemd began it

    bool operator==(const Owner&) const = default;
};

/// Whose socket it is; nothing where this user may not see it.
std::optional<Owner> find_owner(std::uint64_t inode);

/// The inodes of a process's sockets; empty where this user may not see them.
std::vector<std::uint64_t> sockets_of(pid_t process);

/// The unit of systemd in a text of /proc/PID/cgroup; "" when there is none.
std::string unit_of(std::string_view cgroup);

}  // namespace rhumb::doctor
