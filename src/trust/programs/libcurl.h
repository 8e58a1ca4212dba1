#pragma once
/// Which roots a program loads that speaks HTTPS by libcurl: libcurl says so when it is told to be
/// verbose.

#include <filesystem>
#include <string_view>
#include <vector>

#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

/// The files and directories that libcurl named.
struct LoadedRoots {
    std::vector<std::filesystem::path> paths{};
    /// It is built with GnuTLS, which takes all files of a directory.
    bool is_gnutls = false;
};

/// Reads them off libcurl's words: "CAfile: …", "CApath: …" with OpenSSL, "found 140 certificates
/// in …" with GnuTLS. No paths when it said none.
LoadedRoots read_libcurl_words(std::string_view text);

/// Puts what was loaded into `program`: `reads`, `roots`, `is_asked` and `remedy`. Nothing when
/// libcurl named nothing.
void take_loaded_roots(std::string_view words, RootFiles& files, Program& program);

}  // namespace rhumb::trust::programs
