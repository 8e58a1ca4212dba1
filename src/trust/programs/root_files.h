#pragma once
/// The files and directories in which programs keep roots, as sets of fingerprints.

#include <filesystem>
#include <map>
#include <optional>

#include "trust/programs/program.h"

namespace rhumb::trust::programs {

/// Which files of a directory count.
enum class Counted {
    hashed,  ///< those named by a hash, 1a2b3c4d.0, as OpenSSL reads them
    all,     ///< every file, as GnuTLS and Go read them
};

/// True for the directories in which systems keep the list that `rhumb trust install` changes.
bool is_of_system(const std::filesystem::path& path);

/// Reads each file once; for one thread. What is missing or cannot be read is as if empty: so it is
/// for the programs.
class RootFiles {
public:
    /// `places`: where the system's own list is looked for.
    explicit RootFiles(Places places) : places_{std::move(places)} {}

    const Fingerprints& in_file(const std::filesystem::path& file);
    Fingerprints in_directory(const std::filesystem::path& directory, Counted counted);

    /// What the system's own store holds; nothing where there is none, or it cannot be read.
    const std::optional<Fingerprints>& of_system();

private:
    Places places_;
    std::map<std::filesystem::path, Fingerprints> known_;
    bool has_asked_system_ = false;
    std::optional<Fingerprints> system_;
};

}  // namespace rhumb::trust::programs
