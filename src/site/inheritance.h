#pragma once
/// What a location inherits from those above it, and at last from its site.

#include <filesystem>
#include <string>
#include <vector>

#include "config/document.h"

namespace rhumb::site {

/// What stands for the location's path on disk: its own root, else the rest of its path below that
/// of the nearest location of files above it. Relative ones are taken from `directory`.
std::filesystem::path root_of(const config::Site& site, const config::Location& location,
                              const std::filesystem::path& directory);

std::vector<std::string> index_of(const config::Site& site, const config::Location& location);
bool listing_of(const config::Site& site, const config::Location& location);

/// True for a location that is one file on disk, not a directory. Looks at the disk.
bool is_single_file(const config::Site& site, const config::Location& location,
                    const std::filesystem::path& directory);

/// Every name that is served for a directory somewhere in the site; sorted, each once.
std::vector<std::string> index_names(const config::Site& site);

}  // namespace rhumb::site
