#pragma once
/// What SQLite's result codes mean to a person.

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace rhumb::storage {

/// The error for `code`, an extended result code of SQLite, that came up in `step` on `database`.
/// `text` is SQLite's own.
Error failure(int code, std::string_view step, const std::filesystem::path& database,
              std::string_view text);

}  // namespace rhumb::storage
