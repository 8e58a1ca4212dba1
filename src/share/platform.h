#pragma once
/// Platforms that a root is handed to, and which of them a visitor has.

#include <array>
#include <optional>
#include <string_view>

namespace rhumb::share {

/// What somebody wants to have trust the root: a system, or a program with a trust store of its
/// own.
enum class Platform { windows, macos, ios, linux_system, firefox, java, android };

inline constexpr std::array all_platforms{
    Platform::windows,      Platform::macos,   Platform::ios,  Platform::android,
    Platform::linux_system, Platform::firefox, Platform::java,
};

/// "windows", "linux" …: as on the command line, in paths, and in names of folders.
std::string_view to_text(Platform platform);
/// "Windows", "iPhone and iPad" …: for people.
std::string_view title_of(Platform platform);
/// By its text; nothing for another word.
std::optional<Platform> find_platform(std::string_view text);

/// What a browser says of the device that it runs on.
struct Device {
    std::optional<Platform> system;  ///< nothing when it does not say, or is none of ours
    bool is_firefox = false;

    /// Where its owner begins to read: Firefox on Linux asks no store but its own.
    std::optional<Platform> first() const;

    bool operator==(const Device&) const = default;
};

/// From the fields User-Agent and Sec-CH-UA-Platform of a request; each may be "". An iPad that
/// asks for desktop pages says that it is a Mac: no server can tell.
Device recognise(std::string_view user_agent, std::string_view platform_hint);

}  // namespace rhumb::share
