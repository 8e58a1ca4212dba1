#pragma once
/// Judges the data directory and the store: who can read it, whether it is whole, whether its keys
/// open, whether there is a backup. Pure functions.

#include <span>
#include <string_view>
#include <vector>

#include "doctor/finding.h"
#include "doctor/installation_seen.h"

namespace rhumb::doctor {

std::span<const Rule> installation_file_rules();

std::vector<Finding> judge_files(const FilesSeen& seen);
std::vector<Finding> judge_store(const StoreSeen& seen);
std::vector<Finding> judge_keys(const KeysSeen& seen);
std::vector<Finding> judge_mirrors(std::span<const MirrorSeen> mirrors);

/// `command` makes a backup.
std::vector<Finding> judge_backups(const BackupSeen& seen, Seconds now, std::string_view command);

}  // namespace rhumb::doctor
