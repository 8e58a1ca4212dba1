#pragma once
/// Where Firefox keeps its profiles.

#include <filesystem>
#include <string_view>
#include <vector>

namespace rhumb::trust {

/// The profile folders that a profiles.ini or installs.ini names: its `Path` and `Default` entries,
/// relative ones below `base`. Lines that make no sense are passed over; nothing is looked up on
/// the disk.
std::vector<std::filesystem::path> read_profile_paths(std::string_view ini,
                                                      const std::filesystem::path& base);

/// All profile folders below `base` (such as ~/.mozilla/firefox) that have a certificate database:
/// named by its profiles.ini or installs.ini, or simply there. Without repetitions, sorted.
std::vector<std::filesystem::path> find_profiles(const std::filesystem::path& base);

}  // namespace rhumb::trust
