#pragma once
/// Looks at this installation: files, store, keys, certificates. Changes nothing but what opening a
/// store does. Blocks.

#include <optional>

#include "config/document.h"
#include "doctor/examine.h"
#include "doctor/installation_seen.h"
#include "storage/store.h"

namespace rhumb::doctor {

/// Permissions and owners; opens nothing.
FilesSeen look_at_files(const InstallationOrder& order);

/// The database from inside, by SQLite's own check.
StoreSeen look_at_store(const std::filesystem::path& data);

/// Nothing where the master key is refused because others may read it (that is told of the file).
Result<std::optional<KeysSeen>> look_at_keys(const storage::Store& store,
                                             const InstallationOrder& order);

Result<std::vector<MirrorSeen>> look_at_mirrors(const storage::Store& store);

Result<BackupSeen> look_at_backups(const storage::Store& store, Seconds now);

/// `document`: what is served, or is to be.
Result<CertificatesSeen> look_at_certificates(storage::Store& store, const InstallationOrder& order,
                                              const config::Document& document);

/// What stat(2) says; a file that is not there is no error.
FileSeen look_at_file(const std::filesystem::path& path);

}  // namespace rhumb::doctor
