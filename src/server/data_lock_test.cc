#include "server/data_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace rhumb::server {
namespace {

TEST(DataLock, IsForOneServerAndEndsWithIt) {
    std::string name = testing::TempDir() + "lock.XXXXXX";
    const std::filesystem::path data = ::mkdtemp(name.data());
    EXPECT_EQ(DataLock::holder(data), std::nullopt);
    {
        const auto first = DataLock::take(data);
        ASSERT_TRUE(first) << first.error().message;
        EXPECT_EQ(DataLock::holder(data), ::getpid());
        const auto second = DataLock::take(data);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().kind, ErrorKind::conflict);
        EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
    }
    EXPECT_EQ(DataLock::holder(data), std::nullopt);
    std::filesystem::remove_all(data);
}

}  // namespace
}  // namespace rhumb::server
