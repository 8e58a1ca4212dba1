#include "cli/password.h"

#include <cstdlib>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "cli/testing.h"

namespace rhumb::cli {
namespace {

std::string text_of(const Result<std::optional<crypto::Secret>>& password) {
    if (!password) return "error: " + password.error().message;
    return *password ? std::string{(*password)->view()} : "none";
}

TEST(Password, IsTheFirstLineOfAFileWithoutItsEnd) {
    const Folder folder;
    EXPECT_EQ(text_of(read_password({.file = folder.write("unix", "se cret \nsecond\n")}, "it")),
              "se cret ");
    EXPECT_EQ(
        text_of(read_password({.file = folder.write("windows", "\xEF\xBB\xBFsecret\r\n")}, "it")),
        "secret");
    EXPECT_EQ(text_of(read_password({.file = folder.write("bare", "pässword")}, "it")), "pässword");
}

TEST(Password, IsEmptyForAnEmptyLineAndNoneWhenNoneIsTold) {
    const Folder folder;
    EXPECT_EQ(text_of(read_password({.file = folder.write("empty", "\n")}, "it")), "");
    EXPECT_EQ(text_of(read_password({}, "it")), "none");
}

TEST(Password, ComesOutOfTheEnvironmentByName) {
    ::setenv("RHUMB_TEST_PASSWORD", "from outside", 1);
    EXPECT_EQ(text_of(read_password({.variable = "RHUMB_TEST_PASSWORD"}, "it")), "from outside");
    ::unsetenv("RHUMB_TEST_PASSWORD");
    EXPECT_NE(text_of(read_password({.variable = "RHUMB_TEST_PASSWORD"}, "it"))
                  .find("no environment variable RHUMB_TEST_PASSWORD"),
              std::string::npos);
}

TEST(Password, OfANewFileIsNeverEmpty) {
    const Folder folder;
    const auto refused =
        read_new_password({.file = folder.write("empty", "\n")}, "the password of out.pfx");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("the password of out.pfx is empty"), std::string::npos);
}

TEST(Password, SaysWhichFileItCouldNotRead) {
    EXPECT_NE(text_of(read_password({.file = "/nowhere/password"}, "it")).find("/nowhere/password"),
              std::string::npos);
}

TEST(Password, HasOneSourceOnly) {
    for (const std::string line :
         {"--password-file a --password-env B", "--password-env B --password-prompt"}) {
        CLI::App app;
        PasswordSource source;
        add_password_options(app, source, "The password");
        EXPECT_THROW(app.parse(line), CLI::ExcludesError) << line;
    }
}

}  // namespace
}  // namespace rhumb::cli
