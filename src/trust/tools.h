#pragma once
/// The programs of the system that change its stores: where they are, and how they are called.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "trust/places.h"

namespace rhumb::trust {

/// The program below `places.root`, in the directories where systems keep programs; empty when it
/// is missing.
std::filesystem::path find_tool(const Places& places, std::string_view name);

/// The command line that runs a program found so: within `places.root` where that is entered.
std::vector<std::string> to_run(const Places& places, const std::filesystem::path& tool,
                                std::vector<std::string> arguments);

/// The same for work on what is the user's: as `places.user` where that is told (through setpriv,
/// so without a new session or anything of the administrator's left).
std::vector<std::string> to_run_as_user(const Places& places, const std::filesystem::path& tool,
                                        std::vector<std::string> arguments);

/// The path of `path` as programs see it that run within `places.root`.
std::filesystem::path within_root(const Places& places, const std::filesystem::path& path);

}  // namespace rhumb::trust
