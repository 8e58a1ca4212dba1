#include "trust/working_copy.h"

#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "trust/example.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;

TEST(WorkingCopy, ChangesTheFileAtTheEndAndIsGoneThen) {
    const ScratchDirectory directory;
    directory.write("store", "old");
    const auto file = directory.path() / "store";
    const Places places;
    fs::path copied;
    {
        const auto copy = WorkingCopy::of(places, file);
        ASSERT_TRUE(copy) << copy.error().message;
        copied = copy->path();
        EXPECT_EQ(*read_file(copied), "old");
        ASSERT_TRUE(write_file_atomically(copied, "new"));
        EXPECT_EQ(*read_file(file), "old");
        ASSERT_TRUE(copy->put_back());
        EXPECT_EQ(*read_file(file), "new");
    }
    EXPECT_FALSE(fs::exists(copied.parent_path()));
}

/// As by sudo: the administrator works on files of somebody else.
class WorkingCopyOfAUser : public testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only the administrator works for others";
        fs::permissions(directory_.path(), fs::perms{0755});
        fs::create_directory(home_);
        ASSERT_EQ(::chown(home_.c_str(), 65534, 65534), 0);
        places_.home = home_;
        places_.user = User{"nobody", 65534, 65534};
    }
    static uid_t owner_of(const fs::path& path) {
        struct stat status {};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        return status.st_uid;
    }
    const ScratchDirectory directory_;
    const fs::path home_ = directory_.path() / "home";
    Places places_;
};

TEST_F(WorkingCopyOfAUser, KeepsOwnerAndMode) {
    const auto file = home_ / "store";
    ASSERT_TRUE(write_new_file(places_, file, "old"));
    EXPECT_EQ(owner_of(file), 65534U);
    fs::permissions(file, fs::perms{0640});

    const auto copy = WorkingCopy::of(places_, file);
    ASSERT_TRUE(copy) << copy.error().message;
    ASSERT_TRUE(write_file_atomically(copy->path(), "new"));
    fs::permissions(copy->path(), fs::perms{0644});
    const auto put = copy->put_back();

    ASSERT_TRUE(put) << put.error().message;
    EXPECT_EQ(*read_file(file), "new");
    EXPECT_EQ(owner_of(file), 65534U);
    EXPECT_EQ(fs::status(file).permissions(), fs::perms{0640});
}

/// A link of the user's must not lead the administrator to what the user cannot read or write.
TEST_F(WorkingCopyOfAUser, FollowsNoLinkToWhatTheUserMayNot) {
    directory_.write("secret", "of the administrator");
    fs::permissions(directory_.path() / "secret", fs::perms{0600});
    fs::create_symlink(directory_.path() / "secret", home_ / "store");

    const auto copy = WorkingCopy::of(places_, home_ / "store");
    ASSERT_FALSE(copy);
    EXPECT_EQ(copy.error().kind, ErrorKind::denied) << copy.error().message;
    EXPECT_FALSE(write_new_file(places_, home_ / "store", "spoilt"));
    EXPECT_EQ(*read_file(directory_.path() / "secret"), "of the administrator");
}

}  // namespace
}  // namespace rhumb::trust
