#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace rhumb {
namespace {

class Files : public testing::Test {
protected:
    Files() {
        std::string name = testing::TempDir() + "files.XXXXXX";
        directory_ = ::mkdtemp(name.data());
    }
    ~Files() override { std::filesystem::remove_all(directory_); }
    std::filesystem::path directory_;
};

TEST_F(Files, WritesAndReadsWhole) {
    const auto path = directory_ / "x";

    ASSERT_TRUE(write_file_atomically(path, "one", 0600));
    ASSERT_TRUE(write_file_atomically(path, "two", 0600));

    EXPECT_EQ(read_file(path).value(), "two");
    struct stat facts {};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
}

TEST_F(Files, ReplacesWithoutASync) {
    const auto path = directory_ / "passing";
    ASSERT_TRUE(write_file_unsynced(path, "one", 0600));
    ASSERT_TRUE(write_file_unsynced(path, "two"));
    EXPECT_EQ(*read_file(path), "two");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{directory_}, {}), 1);
}

TEST_F(Files, SaysWhichFileIsMissing) {
    const auto read = read_file(directory_ / "nowhere");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::not_found);
    EXPECT_NE(read.error().message.find("nowhere"), std::string::npos);
}

TEST_F(Files, StopsAtTheLimit) {
    ASSERT_TRUE(write_file_atomically(directory_ / "x", std::string(100, 'x')));
    EXPECT_EQ(read_file(directory_ / "x", 100).value().size(), 100U);
    EXPECT_EQ(read_file(directory_ / "x", 99).error().kind, ErrorKind::too_large);
}

TEST_F(Files, LeavesTheOldFileWhenTheNewCannotBeWritten) {
    const auto inside = directory_ / "folder" / "x";
    EXPECT_FALSE(write_file_atomically(inside, "x"));
    EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

}  // namespace
}  // namespace rhumb
