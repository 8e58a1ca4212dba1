#include "trust/nss_places.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "trust/firefox.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view chromium = "Chromium and Chrome";

/// What people call the application of an identifier; the identifier itself for others.
std::string title_of(const std::string& id) {
    using Title = std::pair<std::string_view, std::string_view>;
    constexpr std::array titles{
        Title{"org.chromium.Chromium", "Chromium"},
        Title{"com.google.Chrome", "Chrome"},
        Title{"com.brave.Browser", "Brave"},
        Title{"com.microsoft.Edge", "Edge"},
        Title{"com.vivaldi.Vivaldi", "Vivaldi"},
        Title{"com.opera.Opera", "Opera"},
        Title{"chromium", "Chromium"},
        Title{"brave", "Brave"},
        Title{"opera", "Opera"},
        Title{"vivaldi", "Vivaldi"},
    };
    const auto* const known = std::ranges::find(titles, id, &Title::first);
    return known == titles.end() ? id : std::string{known->second};
}

/// The folders in `directory`, sorted; none when it cannot be read.
std::vector<fs::path> folders_in(const fs::path& directory) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (auto at = fs::directory_iterator{directory, error};
         !error && at != fs::directory_iterator{}; at.increment(error)) {
        std::error_code ignored;
        if (fs::is_directory(at->path(), ignored)) folders.push_back(at->path());
    }
    std::ranges::sort(folders);
    return folders;
}

/// Adds the database of `directory` where there is one that is not known yet.
void add(std::vector<NssDatabase>& all, std::string browser, const fs::path& directory) {
    std::error_code ignored;
    const bool has_new = fs::exists(directory / "cert9.db", ignored);
    if (!has_new && !fs::exists(directory / "cert8.db", ignored)) return;
    // Links lead to the same one by several ways: ~/.config/mozilla to ~/.mozilla, say.
    auto real = fs::weakly_canonical(directory, ignored);
    if (real.empty()) real = directory;
    if (std::ranges::find(all, real, &NssDatabase::directory) == all.end())
        all.push_back({std::move(browser), std::move(real), !has_new});
}

}  // namespace

std::vector<NssDatabase> find_chromium_databases(const Places& places) {
    std::vector<NssDatabase> all;
    add(all, std::string{chromium}, places.home / ".pki/nssdb");
    // Chromium 146 and newer, unless the old one exists.
    add(all, std::string{chromium},
        places.data_home.value_or(places.home / ".local/share") / "pki/nssdb");
    for (const auto& app : folders_in(places.home / "snap"))
        for (const auto* const inside : {"current/.pki/nssdb", "current/.local/share/pki/nssdb",
                                         "common/.pki/nssdb", "common/.local/share/pki/nssdb"})
            add(all, title_of(app.filename().string()) + " (snap)", app / inside);
    for (const auto& app : folders_in(places.home / ".var/app"))
        for (const auto* const inside : {".pki/nssdb", "data/pki/nssdb"})
            add(all, title_of(app.filename().string()) + " (flatpak)", app / inside);
    return all;
}

std::vector<NssDatabase> find_firefox_databases(const Places& places) {
    struct Base {
        std::string browser;
        fs::path directory;
    };
    const auto config = places.config_home.value_or(places.home / ".config");
    std::vector<Base> bases;
    // Releases, ESR and the developer's edition share one folder; builds by others have one with
    // their name after it (firefox-esr, firefox-trunk).
    for (const auto& parent : {places.home / ".mozilla", config / "mozilla",
                               places.home / "snap/firefox/common/.mozilla",
                               places.home / "snap/firefox/common/.config/mozilla",
                               places.home / ".var/app/org.mozilla.firefox/.mozilla",
                               places.home / ".var/app/org.mozilla.firefox/config/mozilla"}) {
        const auto& path = parent.native();
        const auto* const kind = path.find("/snap/firefox/") != std::string::npos ? " (snap)"
                                 : path.find("/.var/app/") != std::string::npos   ? " (flatpak)"
                                                                                  : "";
        for (const auto& folder : folders_in(parent))
            if (folder.filename().string().starts_with("firefox"))
                bases.push_back({std::string{"Firefox"} + kind, folder});
    }
    bases.push_back({"LibreWolf", places.home / ".librewolf"});
    bases.push_back({"LibreWolf", config / "librewolf/librewolf"});
    bases.push_back(
        {"LibreWolf (flatpak)", places.home / ".var/app/io.gitlab.librewolf-community/.librewolf"});

    std::vector<NssDatabase> all;
    for (const auto& base : bases)
        for (const auto& profile : find_profiles(base.directory)) add(all, base.browser, profile);
    return all;
}

NssDatabase new_chromium_database(const Places& places) {
    return {std::string{chromium}, places.home / ".pki/nssdb", false};
}

}  // namespace rhumb::trust
