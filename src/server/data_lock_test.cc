#include "server/data_lock.h"

#include <unistd.h>

#include <gtest/gtest.h>

namespace rhumb::server {
namespace {

TEST(DataLock, IsForOneServerAndEndsWithIt) {
    std::string name = testing::TempDir() + "lock.XXXXXX";
    const std::filesystem::path data = ::mkdtemp(name.data());
    EXPECT_FALSE(DataLock::holder(data));
    {
        const auto first = DataLock::take(data, "/etc/rhumb.toml");
        ASSERT_TRUE(first) << first.error().message;
        ASSERT_TRUE(DataLock::holder(data));
        EXPECT_EQ(DataLock::holder(data)->process, ::getpid());
        EXPECT_EQ(DataLock::holder(data)->config_file, "/etc/rhumb.toml");
        const auto second = DataLock::take(data);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().kind, ErrorKind::conflict);
        EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
    }
    EXPECT_FALSE(DataLock::holder(data));
    std::filesystem::remove_all(data);
}

}  // namespace
}  // namespace rhumb::server
