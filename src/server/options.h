#pragma once
/// What a server is started with: what `rhumb serve` was told, and what its program knows of the
/// machine.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rhumb::server {

struct Options {
    std::filesystem::path data;   ///< the data directory
    std::filesystem::path share;  ///< what comes with the program: ui/ and data/
    std::optional<std::filesystem::path>
        config_file;  ///< the configuration's home, instead of the store
    std::optional<std::filesystem::path>
        master_key;  ///< a systemd credential that holds the master key
    /// In the place of the ports of the first site; 0: any free one.
    std::optional<std::uint16_t> https_port;
    std::optional<std::uint16_t> http_port;
    std::vector<std::string> hosts;  ///< names that clients use, beside the machine's own
    bool is_verbose = false;         ///< log everything, whatever [server] log_level says
    bool is_root = false;            ///< may listen on ports below 1024
};

}  // namespace rhumb::server
