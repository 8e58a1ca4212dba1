#pragma once
/// The files that people and programs put into the directory of the system's added roots.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pki/certificate.h"

namespace rhumb::trust {

/// The files below `directory` that hold this certificate and nothing else, sorted. A directory
/// that cannot be read has none.
std::vector<std::filesystem::path> find_anchor_files(const std::filesystem::path& directory,
                                                     const pki::Certificate& root);

/// A file that looks like a root that was to be trusted, but is passed over.
struct Stray {
    std::filesystem::path file;
    std::string reason;   ///< a sentence for a person
    std::string command;  ///< puts it right; the system's tool is to be run afterwards
};

/// For a tool that reads only PEM in files that end in .crt (Debian's): certificates in files with
/// another ending, or in DER.
std::vector<Stray> find_strays(const std::filesystem::path& directory);

}  // namespace rhumb::trust
