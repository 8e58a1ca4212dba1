#pragma once
/// Parts: what the administration API works on. Made by the server.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "access/parts.h"
#include "certs/host_names.h"
#include "crypto/master_key.h"
#include "providers/report.h"
#include "site/home.h"

namespace rhumb::manager {

/// All that is referred to outlives the parts. Any thread.
struct Parts {
    const access::Parts& access;
    /// For work that may take seconds: changes that wait until they are seen, backups, looks from
    /// outside. Few threads of their own, so that nobody's map waits for them.
    net::Pool& pool;
    crypto::MasterKeyPlace master_key;
    std::filesystem::path data;   ///< the data directory
    std::filesystem::path share;  ///< what comes with the program
    std::optional<std::filesystem::path>
        config_file{};                 ///< the configuration's home, if not the store
    std::vector<std::string> hosts{};  ///< names that clients use, beside the machine's own
    std::string version{};
    /// What the machine is called now, and the names that are wanted beside that.
    std::function<certs::HostFacts(std::vector<std::string> wanted)> host_facts{};
    /// Where users and roles are now, and how the places outside do. Any thread, at once.
    std::function<providers::Report()> report_providers{};

    /// Opened anew for each use: what another has seen of it is another's.
    Result<site::Home> home() const;
};

}  // namespace rhumb::manager
