#include "observe/log.h"

#include <gtest/gtest.h>

namespace rhumb::observe {
namespace {

TEST(Log, WritesLevelModuleAndMessage) {
    testing::internal::CaptureStderr();
    {
        const auto log = Log::to_stderr(Level::info);
        log.warning("net", "port {} is taken", 443);
        log.debug("net", "not wanted");
    }
    const auto text = testing::internal::GetCapturedStderr();
    EXPECT_NE(text.find("warning"), std::string::npos) << text;
    EXPECT_NE(text.find("net      port 443 is taken"), std::string::npos) << text;
    EXPECT_EQ(text.find("not wanted"), std::string::npos) << text;
}

TEST(Log, ChangesItsMindAboutWhatItKeeps) {
    const auto log = Log::to_stderr(Level::info);
    log.set_least(Level::error);
    EXPECT_FALSE(log.wants(Level::warning));
    log.set_least(Level::debug);
    EXPECT_TRUE(log.wants(Level::debug));
}

TEST(Log, ToNowhereWantsNothing) { EXPECT_FALSE(Log::to_nowhere().wants(Level::error)); }

}  // namespace
}  // namespace rhumb::observe
