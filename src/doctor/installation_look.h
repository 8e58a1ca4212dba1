#pragma once
/// Looks at this installation: files, store, keys, certificates. Changes nothing but what opening a
/// store does. Blocks.

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "config/document.h"
#include "doctor/examine.h"
#include "doctor/installation_seen.h"
#include "storage/audit.h"
#include "storage/store.h"

namespace rhumb::doctor {

/// Permissions and owners; opens nothing.
FilesSeen look_at_files(const InstallationOrder& order);

/// "NFS" where the device, by /proc/self/mountinfo, is a file system on which several machines may
/// be at work; else "".
std::string remote_file_system(std::string_view mountinfo, dev_t device);

/// The database from inside, by SQLite's own check. `unavailable`, `denied`: it cannot be looked
/// into now, or by this user.
Result<StoreSeen> look_at_store(const std::filesystem::path& data, std::chrono::milliseconds limit);

/// The credential of systemd with the master key that a running server was given; nothing where
/// there is none, or this user may not see it. For who examines from a shell, which systemd gives
/// none to.
std::optional<std::filesystem::path> find_credential(pid_t server);

/// Nothing where the master key is refused because others may read it (that is told of the file).
Result<std::optional<KeysSeen>> look_at_keys(const storage::Store& store,
                                             const InstallationOrder& order);

Result<storage::AuditReport> look_at_trail(const storage::Store& store,
                                           const InstallationOrder& order);

Result<std::vector<MirrorSeen>> look_at_mirrors(const storage::Store& store);

Result<BackupSeen> look_at_backups(const storage::Store& store, Seconds now);

/// `document`: what is served, or is to be.
Result<CertificatesSeen> look_at_certificates(storage::Store& store, const InstallationOrder& order,
                                              const config::Document& document);

/// What stat(2) says; a file that is not there is no error.
FileSeen look_at_file(const std::filesystem::path& path);

}  // namespace rhumb::doctor
