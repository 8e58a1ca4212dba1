#include "trust/replace_file.h"

#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "trust/example.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;

struct stat status_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status;
}

TEST(ReplaceFile, KeepsModeAndLeavesNothingElseBehind) {
    const ScratchDirectory directory;
    directory.write("store", "old and long");
    const auto file = directory.path() / "store";
    fs::permissions(file, fs::perms{0640});

    const auto replaced = replace_file(file, "new");

    ASSERT_TRUE(replaced) << replaced.error().message;
    EXPECT_EQ(*read_file(file), "new");
    EXPECT_EQ(status_of(file).st_mode & 07777U, 0640U);
    EXPECT_EQ(std::distance(fs::directory_iterator{directory.path()}, fs::directory_iterator{}), 1);
}

TEST(ReplaceFile, KeepsTheOwner) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    const ScratchDirectory directory;
    directory.write("store", "old");
    const auto file = directory.path() / "store";
    ASSERT_EQ(::chown(file.c_str(), 1234, 2345), 0);

    ASSERT_TRUE(replace_file(file, "new"));

    EXPECT_EQ(status_of(file).st_uid, 1234U);
    EXPECT_EQ(status_of(file).st_gid, 2345U);
}

TEST(ReplaceFile, RefusesWhatIsNoFileAndWhatIsNotThere) {
    const ScratchDirectory directory;
    directory.write("elsewhere", "stays");
    fs::create_symlink("elsewhere", directory.path() / "link");

    EXPECT_FALSE(replace_file(directory.path() / "link", "new"));
    EXPECT_FALSE(replace_file(directory.path() / "missing", "new"));
    EXPECT_EQ(*read_file(directory.path() / "elsewhere"), "stays");
}

TEST(ReplaceFile, OverwritesWhereNothingCanBeMadeBeside) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    const ScratchDirectory directory;
    directory.write("closed/store", "old and long");
    const auto file = directory.path() / "closed/store";
    fs::permissions(file.parent_path(), fs::perms{0555});

    EXPECT_TRUE(replace_file(file, "new"));
    EXPECT_EQ(*read_file(file), "new");
    fs::permissions(file, fs::perms{0444});
    EXPECT_EQ(replace_file(file, "newer").error().kind, ErrorKind::denied);
    EXPECT_FALSE(is_replaceable(file));
    fs::permissions(file.parent_path(), fs::perms{0755});
}

}  // namespace
}  // namespace rhumb::trust
