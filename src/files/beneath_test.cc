#include "files/beneath.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "files/test_tree.h"

namespace rhumb::files {
namespace {

class BeneathTest : public testing::Test {
protected:
    TestTree outside;
    TestTree tree;
    std::shared_ptr<const Beneath> root;

    void SetUp() override {
        outside.write("secret.txt", "secret");
        tree.write("a.txt", "a");
        tree.write("sub/b.txt", "bb");
        tree.link("inside.txt", "sub/b.txt");
        tree.link("sub/up.txt", "../a.txt");
        tree.link("sub-link", "sub");
        tree.link("absolute.txt", tree.path() / "sub/b.txt");
        tree.link("sub/absolute", tree.path() / "sub");
        tree.link("itself", tree.path());
        tree.link("outside.txt", outside.path() / "secret.txt");
        tree.link("sub/far-up.txt", "../../" + outside.path().filename().string() + "/secret.txt");
        tree.link("outside-directory", outside.path());
        tree.link("loop", "loop");
        tree.link("broken", "nothing");
        tree.link("process", "/proc/self/root/etc/passwd");
        ASSERT_EQ(::mkfifo((tree.path() / "fifo").c_str(), 0644), 0);
        root = Beneath::open(tree.path()).value();
    }
};

TEST_F(BeneathTest, OpensFilesAndLinksThatStayBeneath) {
    for (const auto* name : {"a.txt", "sub/b.txt", "inside.txt", "sub/up.txt", "sub-link/b.txt",
                             "sub-link/../a.txt"}) {
        SCOPED_TRACE(name);
        const auto opened = root->open_file(name);
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_TRUE(opened->stamp.is_file());
        EXPECT_EQ(root->look(name).value(), opened->stamp);
    }
}

TEST_F(BeneathTest, FindsNothingBeyondTheRoot) {
    for (const auto& name :
         {std::string{".."},
          std::string{"../" + outside.path().filename().string() + "/secret.txt"},
          std::string{"outside.txt"}, std::string{"sub/far-up.txt"},
          std::string{"outside-directory/secret.txt"}, std::string{"itself/a.txt/b"},
          std::string{"loop"}, std::string{"broken"}, std::string{"process"},
          std::string{"/etc/passwd"}, (outside.path() / "secret.txt").string(),
          std::string{"a.txt/b"}, std::string{"a.txt\0b", 7}, std::string(300, 'a'),
          std::string(5000, 'a')}) {
        SCOPED_TRACE(name);
        const auto opened = root->open_file(name);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().kind, ErrorKind::not_found);
        EXPECT_FALSE(root->look(name));
    }
}

TEST_F(BeneathTest, OpensRegularFilesOnly) {
    EXPECT_FALSE(root->open_file("fifo"));
    EXPECT_FALSE(root->open_file("sub"));
    EXPECT_FALSE(root->open_file(""));
    EXPECT_FALSE(root->open_directory("a.txt"));
    EXPECT_TRUE(root->open_directory("sub"));
    EXPECT_TRUE(root->open_directory(""));
    EXPECT_TRUE(root->look("").value().is_directory());
    EXPECT_FALSE(root->look("fifo").value().is_file());
}

/// From now on the kernel answers openat2 with `code`.
void forbid_openat2(std::uint32_t code) {
    std::array<sock_filter, 4> rules{
        {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | code),
         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
    sock_fprog program{static_cast<unsigned short>(rules.size()), rules.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        std::_Exit(77);
}

/// In a process of its own: what is served without openat2, and what is not. Exits with 0 when all
/// is as it should be.
[[noreturn]] void check_without_openat2(const Beneath& root, std::uint32_t code) {
    forbid_openat2(code);
    const bool is_good =
        root.open_file("a.txt") && root.open_file("sub/b.txt") && root.look("") &&
        root.look("sub") && root.open_directory("sub") && !root.open_file("inside.txt") &&
        !root.open_file("sub-link/b.txt") && !root.open_file("../a.txt") &&
        !root.open_file("sub/../a.txt") && !root.open_file("outside.txt") &&
        !root.open_file("outside-directory/secret.txt") && !root.open_file("loop") &&
        !root.open_file("fifo") && !root.open_file("nothing/a.txt") &&
        root.open_file("nothing").error().kind == ErrorKind::not_found;
    std::_Exit(is_good ? 0 : 1);
}

TEST_F(BeneathTest, FollowsNoLinksWhereTheKernelCannotWatchThem) {
    GTEST_FLAG_SET(death_test_style,
                   "threadsafe");  // a new process: whether there is openat2 is asked once in each
    EXPECT_EXIT(check_without_openat2(*root, ENOSYS), testing::ExitedWithCode(0), "");
    EXPECT_EXIT(check_without_openat2(*root, EPERM), testing::ExitedWithCode(0), "");
}

TEST(Beneath, SaysWhichDirectoryIsMissing) {
    const auto root = Beneath::open("/nonexistent/place");
    ASSERT_FALSE(root);
    EXPECT_EQ(root.error().kind, ErrorKind::not_found);
    EXPECT_NE(root.error().message.find("/nonexistent/place"), std::string::npos);
}

TEST_F(BeneathTest, SeesWhenAFileHasChanged) {
    const auto before = root->look("a.txt").value();
    tree.write("a.txt", "b");
    EXPECT_NE(root->look("a.txt").value(), before);
}

}  // namespace
}  // namespace rhumb::files
