#include "share/platform.h"

#include <gtest/gtest.h>

namespace rhumb::share {
namespace {

TEST(Platform, HasAWordThatIsFoundAgain) {
    for (const auto platform : all_platforms) {
        SCOPED_TRACE(to_text(platform));
        EXPECT_EQ(find_platform(to_text(platform)), platform);
        EXPECT_FALSE(title_of(platform).empty());
    }
    EXPECT_FALSE(find_platform("beos"));
    EXPECT_FALSE(find_platform(""));
}

TEST(Recognise, KnowsTheDevicesOfToday) {
    struct Case {
        const char* agent;
        std::optional<Platform> system;
        std::optional<Platform> first;
    };
    using enum Platform;
    const Case cases[] = {
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Safari/537.36",
         windows, windows},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
         windows, windows},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
         macos, macos},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
         ios, ios},
        {"Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/145.0 Mobile/15E148 Safari/605.1.15",
         ios, ios},
        {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Mobile Safari/537.36",
         android, android},
        {"Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", android, android},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Safari/537.36",
         linux_system, linux_system},
        {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", linux_system,
         firefox},
        {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Safari/537.36",
         std::nullopt, std::nullopt},
        {"curl/8.14.1", std::nullopt, std::nullopt},
        {"", std::nullopt, std::nullopt},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.agent);
        const auto device = recognise(one.agent, "");
        EXPECT_EQ(device.system, one.system);
        EXPECT_EQ(device.first(), one.first);
    }
}

TEST(Recognise, BelievesTheHintBeforeTheAgent) {
    // Chrome on a phone that was asked for the desktop's page says "X11; Linux" in its agent.
    EXPECT_EQ(recognise("Mozilla/5.0 (X11; Linux x86_64)", "\"Android\"").system,
              Platform::android);
    EXPECT_EQ(recognise("Mozilla/5.0 (X11; Linux x86_64)", "\"Chrome OS\"").system, std::nullopt);
    EXPECT_EQ(recognise("Mozilla/5.0 (Macintosh)", "").system, Platform::macos);
}

}  // namespace
}  // namespace rhumb::share
