#pragma once
/// Looks at this machine: disks, the process of the server, the clock, OpenSSL, ports. Blocks.

#include <span>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "doctor/examine.h"
#include "doctor/machine_ports.h"
#include "doctor/machine_seen.h"
#include "storage/store.h"

namespace rhumb::doctor {

/// Where the server writes: the data directory, and the logs of the sites; each file system once.
std::vector<DiskSeen> look_at_disks(const InstallationOrder& order,
                                    const config::Document& document);

ProcessSeen look_at_process(pid_t process);

Result<ClockSeen> look_at_clock(const storage::Store& store, Seconds now);

OpensslSeen look_at_openssl();

/// The configuration as it is written now.
struct ConfigurationSeen {
    std::string home{};    ///< the file, or "the store"
    std::string fault{};   ///< why it cannot be read; "": it can
    std::string digest{};  ///< SHA-256 of its text, hexadecimal
    config::Document document{};
};
/// `store` may be null where the home is a file.
ConfigurationSeen look_at_configuration(storage::Store* store, const InstallationOrder& order);

/// Who listens where, and whether the server may. Gives a server that is about to take a new
/// configuration a moment for it.
ServerSeen look_at_server(const InstallationOrder& order, const ConfigurationSeen& configuration);

/// The first port that needs no privilege.
std::uint16_t first_unprivileged_port();

/// Parts of the above that read texts of /proc: for tests.
ProcessSeen parse_process(pid_t process, std::string_view status, std::string_view limits);
/// "3.5.7" out of "OpenSSL 3.5.7 1 Jan 2026 …"; "" for another text.
std::string version_of(std::string_view text);

}  // namespace rhumb::doctor
