#pragma once
/// Where browsers keep databases of NSS.

#include <filesystem>
#include <string>
#include <vector>

#include "trust/places.h"

namespace rhumb::trust {

/// One database: a directory.
struct NssDatabase {
    std::string browser;  ///< "Firefox", "Chromium (snap)"
    std::filesystem::path directory;
    bool is_old = false;  ///< cert8.db alone, the format before NSS 3.12's cert9.db

    bool operator==(const NssDatabase&) const = default;
};

/// The databases of the user that are there, each once: of Chromium and its kin (also of snap and
/// flatpak), then of Firefox and its kin (profiles, see firefox.h).
std::vector<NssDatabase> find_chromium_databases(const Places& places);
std::vector<NssDatabase> find_firefox_databases(const Places& places);

/// The one to make where Chromium has none: ~/.pki/nssdb, for older releases look only there, and
/// newer ones (146) there first.
NssDatabase new_chromium_database(const Places& places);

}  // namespace rhumb::trust
