#pragma once
/// Whole files on disk: read, and written so that a crash leaves the old or the new one, never
/// half.

#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/result.h"

namespace rhumb {

/// All of the file; `too_large` past `size_max` bytes.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t size_max = 64U << 20U);

/// Writes beside it, syncs, renames over it. The directory must exist. `mode` applies to a new
/// file.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                                   mode_t mode = 0644);

/// The same without a sync: others see the old or the new, and who loses power may have neither.
/// For what means nothing any more after that.
Result<void> write_file_unsynced(const std::filesystem::path& path, std::string_view bytes,
                                 mode_t mode = 0644);

}  // namespace rhumb
