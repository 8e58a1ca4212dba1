#include "cli/output.h"

#include <gtest/gtest.h>

#include "cli/testing.h"

namespace rhumb::cli {
namespace {

TEST(Output, IsForTheOwnerAloneWhenItHasAKey) {
    const Folder folder;
    const ExampleContext example;
    ASSERT_TRUE(
        write_output(example.context, folder.file("key.pem"), {.bytes = "key", .has_key = true}));
    ASSERT_TRUE(write_output(example.context, folder.file("leaf.pem"), {.bytes = "leaf"}));
    EXPECT_EQ(mode_of(folder.file("key.pem")), 0600);
    EXPECT_EQ(mode_of(folder.file("leaf.pem")), 0644);
}

TEST(Output, DoesNotWriteOverAFileUnlessTold) {
    const Folder folder;
    ExampleContext example;
    const auto file = folder.write("key.pem", "precious");
    const auto refused = write_output(example.context, file, {.bytes = "new", .has_key = true});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_NE(refused.error().message.find("--yes"), std::string::npos);
    EXPECT_EQ(folder.read("key.pem"), "precious");

    example.context.says_yes = true;
    ASSERT_TRUE(write_output(example.context, file, {.bytes = "new", .has_key = true}));
    EXPECT_EQ(folder.read("key.pem"), "new");
    EXPECT_EQ(mode_of(file), 0600) << "also where the file before it could be read by others";
}

TEST(Output, LeavesWhatIsNoRegularFileAsItIs) {
    ExampleContext example;
    example.context.says_yes = true;
    const auto refused = write_output(example.context, "/dev/null", {.bytes = "x"});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("no regular file"), std::string::npos);
}

}  // namespace
}  // namespace rhumb::cli
