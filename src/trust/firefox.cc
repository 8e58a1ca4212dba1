#include "trust/firefox.h"

#include <algorithm>

#include "base/files.h"
#include "base/text.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t ini_size_max = 1U << 20U;

bool has_database(const fs::path& directory) {
    std::error_code ignored;
    return fs::exists(directory / "cert9.db", ignored) ||
           fs::exists(directory / "cert8.db", ignored);
}

}  // namespace

std::vector<fs::path> read_profile_paths(std::string_view ini, const fs::path& base) {
    std::vector<fs::path> paths;
    for (const auto raw : text::split(ini, '\n')) {
        const auto line = text::trim(raw);
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const auto key = text::trim(line.substr(0, equals));
        const auto value = text::trim(line.substr(equals + 1));
        // `Default=1` marks a profile; in an install's section `Default` is a path.
        const bool is_path = text::iequals(key, "Path") ||
                             (text::iequals(key, "Default") && value != "1" && value != "0");
        // operator/ takes an absolute path as it is, so `IsRelative` need not be read.
        if (is_path && !value.empty()) paths.push_back(base / value);
    }
    return paths;
}

std::vector<fs::path> find_profiles(const fs::path& base) {
    std::vector<fs::path> candidates;
    for (const auto* const name : {"profiles.ini", "installs.ini"})
        if (const auto ini = read_file(base / name, ini_size_max))
            for (auto& path : read_profile_paths(*ini, base)) candidates.push_back(std::move(path));
    std::error_code ignored;
    for (auto at = fs::directory_iterator{base, ignored};
         !ignored && at != fs::directory_iterator{}; at.increment(ignored))
        candidates.push_back(at->path());

    std::vector<fs::path> profiles;
    for (const auto& candidate : candidates) {
        if (!has_database(candidate)) continue;
        const auto real = fs::weakly_canonical(candidate, ignored);
        profiles.push_back(real.empty() ? candidate : real);
    }
    std::ranges::sort(profiles);
    profiles.erase(std::unique(profiles.begin(), profiles.end()), profiles.end());
    return profiles;
}

}  // namespace rhumb::trust
