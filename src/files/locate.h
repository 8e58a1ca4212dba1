#pragma once
/// From a request's path to a file beneath the root: index names, coded files beside it, what stays
/// hidden.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "files/beneath.h"
#include "http/content_coding.h"

namespace rhumb::files {

/// What a path leads to.
struct Located {
    enum class Kind {
        file,
        directory,  ///< named with its slash; none of the index names is in it
        unslashed,  ///< a directory named without its slash
    };
    Kind kind = Kind::file;
    std::string name;  ///< of the file or directory beneath the root
    Stamp stamp;
    /// Files beside it with the ending of a coding, not older than it; mode 0 where there is none.
    std::array<Stamp, http::all_codings.size()> siblings{};
};

/// ".br", ".zst", ".gz"; "" for identity.
std::string_view ending_of(http::Coding coding);

/// True for a path with a segment that begins with a dot; "/.well-known/" alone may be seen (RFC
/// 8615).
bool is_hidden(std::string_view path);

/// `path` without the location's `prefix`: ("/docs/a", "/docs") gives "a"; ("/docs/", "/docs")
/// gives "/", and so does ("/", "/").
/// "" when it is the location itself without a slash. The path lies within the prefix: the site has
/// seen to that.
std::string_view strip_prefix(std::string_view path, std::string_view prefix);

/// Looks for `path` (as strip_prefix gives it). Fails with `not_found` or what else Beneath says.
Result<Located> locate(const Beneath& root, std::string_view path,
                       const std::vector<std::string>& index);

}  // namespace rhumb::files
