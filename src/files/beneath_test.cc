#include "files/beneath.h"

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
          std::string{"outside-directory/secret.txt"}, std::string{"loop"}, std::string{"broken"},
          std::string{"process"}, std::string{"/etc/passwd"},
          (outside.path() / "secret.txt").string(), std::string{"a.txt/b"},
          std::string{"a.txt\0b", 7}, std::string(300, 'a'), std::string(5000, 'a')}) {
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
