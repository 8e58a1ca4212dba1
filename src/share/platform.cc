#include "share/platform.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::share {

namespace {

struct Words {
    Platform platform;
    std::string_view text;
    std::string_view title;
};

constexpr std::array words{
    Words{Platform::windows, "windows", "Windows"},
    Words{Platform::macos, "macos", "Mac"},
    Words{Platform::ios, "ios", "iPhone and iPad"},
    Words{Platform::linux_system, "linux", "Linux"},
    Words{Platform::firefox, "firefox", "Firefox on Linux"},
    Words{Platform::java, "java", "Java programs"},
    Words{Platform::android, "android", "Android"},
};

const Words& words_of(Platform platform) {
    return *std::ranges::find(words, platform, &Words::platform);
}

/// The value of Sec-CH-UA-Platform is a quoted string (RFC 8941).
std::optional<Platform> by_hint(std::string_view hint) {
    if (hint == R"("Windows")") return Platform::windows;
    if (hint == R"("macOS")") return Platform::macos;
    if (hint == R"("iOS")") return Platform::ios;
    if (hint == R"("Android")") return Platform::android;
    if (hint == R"("Linux")") return Platform::linux_system;
    return {};
}

std::optional<Platform> by_agent(std::string_view agent) {
    const auto says = [agent](std::string_view word) {
        return agent.find(word) != std::string_view::npos;
    };
    // In this order: Windows Phone said Android, Android says Linux, iPhones say "like Mac OS X".
    if (says("Windows")) return Platform::windows;
    if (says("Android")) return Platform::android;
    if (says("iPhone") || says("iPad") || says("iPod")) return Platform::ios;
    if (says("Macintosh") || says("Mac OS X")) return Platform::macos;
    if (says("CrOS")) return {};  // Chrome OS is no Linux that a script could be run on
    if (says("Linux") || says("X11")) return Platform::linux_system;
    return {};
}

}  // namespace

std::string_view to_text(Platform platform) { return words_of(platform).text; }

std::string_view title_of(Platform platform) { return words_of(platform).title; }

std::optional<Platform> find_platform(std::string_view text) {
    const auto* const found = std::ranges::find(words, text, &Words::text);
    return found == words.end() ? std::nullopt : std::optional{found->platform};
}

std::optional<Platform> Device::first() const {
    if (is_firefox && system == Platform::linux_system) return Platform::firefox;
    return system;
}

Device recognise(std::string_view user_agent, std::string_view platform_hint) {
    Device device;
    const auto hint = text::trim(platform_hint);
    device.system = hint.empty() ? by_agent(user_agent) : by_hint(hint);
    device.is_firefox = user_agent.find("Firefox/") != std::string_view::npos ||
                        user_agent.find("FxiOS/") != std::string_view::npos;
    return device;
}

}  // namespace rhumb::share
