#pragma once
/// Media types by the ending of a file's name: the Web's and the field's.

#include <map>
#include <string>
#include <string_view>

namespace rhumb::files {

struct MediaType {
    std::string name = "application/octet-stream";  ///< with "; charset=utf-8" where it is text
    bool is_compressible = false;                   ///< not compressed by its own format
};

/// `additions`: endings (lower case, without the dot) and their types; they come before ours. A
/// name without an ending, or with one that nobody knows, is application/octet-stream.
MediaType find_media_type(std::string_view file_name,
                          const std::map<std::string, std::string>& additions);

}  // namespace rhumb::files
