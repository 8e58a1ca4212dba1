#include "base/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::child {
namespace {

using testing::HasSubstr;

Command shell(std::string script) {
    return {.arguments = {"/bin/sh", "-c", std::move(script)},
            .environment = {"GREETING=ahoy"},
            .input = {},
            .limit = std::chrono::seconds{20}};
}

TEST(Run, GivesTheOutputOfBothAndTheExitCode) {
    const auto finished = run(shell("echo out; echo err >&2; exit 3"));

    ASSERT_TRUE(finished) << finished.error().message;
    EXPECT_EQ(finished->exit_code, 3);
    EXPECT_FALSE(finished->is_success());
    EXPECT_EQ(finished->output, "out\nerr\n");
}

TEST(Run, HandsOverItsInputAndOnlyTheGivenEnvironment) {
    auto command = shell("cat; echo $GREETING; echo ${HOME-none}; echo $LC_ALL");
    command.input = "some words\n";
    EXPECT_EQ(run(command)->output, "some words\nahoy\nnone\nC.UTF-8\n");
}

TEST(Run, GivesNoTerminal) {
    EXPECT_THAT(run(shell("if (: </dev/tty) 2>/dev/null; then echo a terminal; else echo none; fi"))
                    ->output,
                HasSubstr("none"));
}

TEST(Run, StopsTheChildAndAllThatItStartedWhenTheLimitPasses) {
    auto command = shell("sleep 60 & sleep 60");
    command.limit = std::chrono::milliseconds{100};

    const auto begin = std::chrono::steady_clock::now();
    const auto finished = run(command);

    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(finished.error().message, HasSubstr("did not end within 100 ms"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{20});
}

TEST(Run, StopsAChildThatNeverStopsWriting) {
    auto command = shell("yes");
    command.limit = std::chrono::milliseconds{200};
    EXPECT_EQ(run(command).error().kind, ErrorKind::unavailable);
}

TEST(Run, DoesNotWaitForAGrandchildThatKeepsTheOutput) {
    EXPECT_TRUE(run(shell("sleep 5 & echo done"))->is_success());
}

TEST(Run, KeepsABoundedOutput) {
    const auto finished = run(shell("head -c 200000 /dev/zero | tr '\\0' x"));
    EXPECT_EQ(finished->output.size(), 64U << 10U);
}

TEST(Run, SaysThatAProgramIsMissingOrWasKilled) {
    const auto missing = run({.arguments = {"/nonexistent/tool"}, .environment = {}, .input = {}});
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr("/nonexistent/tool"));

    EXPECT_THAT(run(shell("kill -9 $$")).error().message, HasSubstr("signal 9"));
    auto large = shell("true");
    large.input.resize(100'000);
    EXPECT_EQ(run(large).error().kind, ErrorKind::too_large);
}

TEST(ToShell, QuotesWhatAShellWouldTakeApart) {
    EXPECT_EQ(to_shell({"certutil", "-n", "Rhumb local authority", "it's", "", "a;b"}),
              "certutil -n 'Rhumb local authority' 'it'\\''s' '' 'a;b'");
}

}  // namespace
}  // namespace rhumb::child
