#pragma once
/// Puts new contents into a file that belongs to others: its owner, mode and links stay.

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace rhumb::trust {

/// Writes beside it with the same owner and mode, syncs, renames over it: whoever reads it sees the
/// old or the new one. Where nothing can be made beside it, or it is a mount point (as in
/// containers), its contents are overwritten. `path` is a real path, not a symbolic link.
/// `denied`: this user may do neither.
Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes);

/// True when replace_file() should succeed, for all that can be told without trying.
bool is_replaceable(const std::filesystem::path& path);

}  // namespace rhumb::trust
