#pragma once
/// Compression of a whole content at once.

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/content_coding.h"

namespace rhumb::files {

/// `content` in that coding, at a level that keeps up with a server (brotli 4, zstd 6, gzip 6).
/// Takes about a millisecond for each 64 KiB. `identity` is `invalid`.
Result<std::string> compress(http::Coding coding, std::string_view content);

}  // namespace rhumb::files
