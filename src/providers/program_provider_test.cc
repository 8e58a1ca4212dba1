#include "providers/program_provider.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <set>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/text.h"
#include "providers/custom_messages.h"
#include "storage/testing.h"

namespace rhumb::providers {
namespace {

using namespace std::chrono_literals;
using storage::testing::must;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A shell function that takes the id out of the question in $line.
constexpr std::string_view start = R"sh(#!/bin/sh
id() { printf '%s' "$line" | sed 's/.*"id":"\([^"]*\)".*/\1/'; }
roles() { printf '{"id":"%s","roles":["%s"]}\n' "$(id)" "$1"; }
)sh";

class Still : public Clock {
public:
    Seconds now() const override { return Seconds{1'000s}; }
};

std::size_t open_descriptors() {
    std::size_t count = 0;
    for (const auto& one : std::filesystem::directory_iterator{"/proc/self/fd"})
        if (one.is_symlink()) ++count;
    return count;
}

/// Processes that this one has started and not waited for yet.
std::vector<int> children() {
    std::vector<int> all;
    std::ifstream file{fmt::format("/proc/self/task/{}/children", ::getpid())};
    for (int id = 0; file >> id;) all.push_back(id);
    return all;
}

bool is_running(int id) { return std::filesystem::exists(fmt::format("/proc/{}", id)); }

bool is_zombie(int id) {
    std::ifstream file{fmt::format("/proc/{}/stat", id)};
    std::string line;
    std::getline(file, line);
    return line.find(") Z") != std::string::npos;
}

void wait_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
        std::this_thread::sleep_for(1ms);
    }
}

class AProgram : public ::testing::Test {
protected:
    ~AProgram() override {
        provider_.reset();
        EXPECT_EQ(open_descriptors(), descriptors_);
        EXPECT_THAT(children(), ElementsAre());
    }

    std::string script(std::string_view body) {
        const auto path = (directory_.path() / "program").string();
        std::ofstream{path} << start << body;
        EXPECT_EQ(::chmod(path.c_str(), 0700), 0);
        return path;
    }
    identity::RoleStore& roles(std::string_view body, std::uint32_t connections = 2,
                               std::chrono::seconds limit = 5s) {
        config::Provider settings{.name = "register",
                                  .settings = config::ProgramProvider{.command = {script(body)}}};
        settings.time_limit_seconds = limit;
        settings.connections = connections;
        settings.administrators = {"Boss"};
        provider_ = must(make_program_provider(settings, surroundings_));
        return *provider_->roles();
    }
    std::string failure(identity::RoleStore& roles) {
        const auto standing = roles.standing("ann");
        EXPECT_FALSE(standing);
        if (standing) return "";
        EXPECT_EQ(standing.error().kind, ErrorKind::unavailable) << standing.error().message;
        return standing.error().message;
    }

    storage::testing::TemporaryDirectory directory_;
    storage::Store store_ = must(storage::Store::open(directory_.path()));
    crypto::Seal seal_ = must(crypto::Seal::make(crypto::Secret::copy_of(std::string(32, 'k'))));
    Still clock_;
    observe::Log log_ = observe::Log::to_nowhere();
    const Surroundings surroundings_{store_, seal_, clock_, log_};
    const std::size_t descriptors_ = open_descriptors();
    std::unique_ptr<Provider> provider_;
};

TEST_F(AProgram, AnswersOneQuestionAfterTheOther) {
    auto& store = roles(R"sh(while read -r line; do n=$((n + 1)); roles "turn $n"; done)sh");
    EXPECT_THAT(must(store.standing("ann")).roles, ElementsAre("turn 1"));
    EXPECT_THAT(must(store.standing("ann")).roles, ElementsAre("turn 2"));
    EXPECT_EQ(children().size(), 1U);
}

TEST_F(AProgram, GivesThePrivilegesThatItsProviderNames) {
    auto& store = roles(R"sh(while read -r line; do roles boss; done)sh");
    EXPECT_EQ(must(store.standing("ann")).privilege, identity::Privilege::administer);
}

TEST_F(AProgram, StartsWithAnEnvironmentADirectoryAndDescriptorsOfItsOwn) {
    const auto file = directory_.path() / "inherited";
    // Without O_CLOEXEC, as some library may open it.
    const int inherited = ::open(file.c_str(), O_RDWR | O_CREAT, 0600);
    ::setenv("RHUMB_TEST_SECRET", "leaked", 1);
    auto& store = roles(R"sh(
read -r line
fds=$(ls -l /proc/$$/fd | grep -c inherited)
tty=$(cut -d' ' -f7 /proc/$$/stat)
roles "env $(env | grep -c RHUMB_TEST_SECRET) fds $fds in $(pwd | tr / -) tty $tty"
read -r line
)sh");
    EXPECT_THAT(must(store.standing("ann")).roles, ElementsAre("env 0 fds 0 in - tty 0"));
    ::unsetenv("RHUMB_TEST_SECRET");
    ::close(inherited);
}

TEST_F(AProgram, IsAskedBySoManyAtATimeAndNoMore) {
    auto& store = roles(R"sh(while read -r line; do sleep 0.05; roles "$$"; done)sh", 3, 20s);
    std::vector<std::future<std::string>> all;
    for (int one = 0; one < 9; ++one)
        all.push_back(std::async(std::launch::async, [&] {
            const auto standing = store.standing("ann");
            return standing ? standing->roles.at(0) : standing.error().message;
        }));
    std::set<std::string> seen;
    for (auto& one : all) seen.insert(one.get());
    EXPECT_LE(seen.size(), 3U);
    for (const auto& one : seen) EXPECT_TRUE(text::to_integer(one)) << one;
}

TEST_F(AProgram, ThatWasKilledIsReplacedWithoutAnybodyNoticing) {
    auto& store = roles(R"sh(while read -r line; do roles "$$"; done)sh");
    const auto first = must(store.standing("ann")).roles;
    ASSERT_EQ(::kill(children().at(0), SIGKILL), 0);
    wait_until([&] { return is_zombie(children().at(0)); });
    const auto second = must(store.standing("ann")).roles;
    EXPECT_NE(first, second);
    EXPECT_EQ(children().size(), 1U);
}

TEST_F(AProgram, ThatHangsIsEndedWithAllItHasStarted) {
    auto& store = roles(fmt::format(R"sh(
trap '' TERM HUP INT
sleep 1000 &
echo $! > {0}/grandchild.new; mv {0}/grandchild.new {0}/grandchild
read -r line
while :; do sleep 1000; done
)sh",
                                    directory_.path().string()),
                        1, 1s);
    EXPECT_THAT(failure(store), HasSubstr("did not answer in time"));
    int grandchild = 0;
    std::ifstream{directory_.path() / "grandchild"} >> grandchild;
    ASSERT_GT(grandchild, 0);
    // Whoever adopts it waits for it, or not.
    wait_until([&] { return !is_running(grandchild) || is_zombie(grandchild); });
}

TEST_F(AProgram, ThatIgnoresItsEndIsEndedAllTheSame) {
    auto& store = roles(R"sh(
trap '' TERM HUP INT
read -r line
roles a
while :; do sleep 1000; done
)sh");
    EXPECT_THAT(must(store.standing("ann")).roles, ElementsAre("a"));
    const auto begin = std::chrono::steady_clock::now();
    provider_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    EXPECT_THAT(children(), ElementsAre());
}

TEST_F(AProgram, EndsByItselfWhenNobodyAsksAnyMore) {
    const auto mark = directory_.path() / "ended-well";
    auto& store =
        roles(fmt::format(R"sh(while read -r line; do roles a; done; touch {})sh", mark.string()));
    ASSERT_TRUE(store.standing("ann"));
    provider_.reset();
    EXPECT_TRUE(std::filesystem::exists(mark));
}

TEST_F(AProgram, ThatEndsAtOnceIsNotStartedAgainAndAgain) {
    const auto count = directory_.path() / "count";
    auto& store = roles(fmt::format("echo x >> {}\nexit 7\n", count.string()));
    EXPECT_THAT(failure(store), HasSubstr("exit code 7"));
    for (int turn = 0; turn < 50; ++turn) failure(store);
    EXPECT_LE(must(read_file(count)).size(), 3U * 2U);
    EXPECT_THAT(failure(store), HasSubstr("exit code 7; it is started again in"));
}

TEST_F(AProgram, ComesBackAfterItWasMended) {
    auto& store = roles("exit 1\n");
    for (int turn = 0; turn < 5; ++turn) failure(store);
    script(R"sh(while read -r line; do roles back; done)sh");
    Result<identity::Standing> standing = store.standing("ann");
    for (int turn = 0; turn < 2'000 && !standing; ++turn) {
        std::this_thread::sleep_for(5ms);
        standing = store.standing("ann");
    }
    EXPECT_THAT(must(standing).roles, ElementsAre("back"));
}

TEST_F(AProgram, IsNotLetGetOneAnswerLate) {
    auto& store = roles(R"sh(
read -r line
roles first
sleep 0.2
roles second   # for which there was no question
while read -r line; do roles "after"; done
)sh",
                        1);
    EXPECT_THAT(must(store.standing("ann")).roles, ElementsAre("first"));
    std::this_thread::sleep_for(400ms);
    EXPECT_THAT(must(store.standing("ann")).roles, ElementsAre("first"));  // of another child
}

/// Each is `unavailable`, says why, and leaves nothing behind (see the fixture's end).
TEST_F(AProgram, MayAnswerNonsense) {
    struct Case {
        std::string_view body;
        std::string_view said;
    };
    for (const auto& one : {
             Case{"read -r line; printf half", "did not answer in time|ended before it answered"},
             Case{"read -r line; printf half; sleep 1000", "did not answer in time"},
             Case{"read -r line; yes | tr -d '\\n'", "larger than"},
             Case{"read -r line; yes", "more than one line|not the id"},
             Case{"read -r line; echo hello; sleep 1000", "not the id"},
             Case{"read -r line; echo; sleep 1000", "not the id"},
             Case{"read -r line; head -c 2000 /dev/urandom; echo; sleep 1000",
                  "not the id|more than one line"},
             Case{"read -r line; echo \"$line\"; sleep 1000", "makes no sense"},
             Case{"read -r line; exec >&-; sleep 1000", "ended before it answered"},
             Case{"exec <&-; sleep 1000", "ended before it answered|did not answer in time"},
             Case{"kill -9 $$", "by signal 9"},
             Case{"exit 0", "exit code 0"},
         }) {
        SCOPED_TRACE(one.body);
        auto& store = roles(one.body, 1, 1s);
        EXPECT_THAT(failure(store), testing::ContainsRegex(std::string{one.said}));
        provider_.reset();
        EXPECT_EQ(open_descriptors(), descriptors_);
        EXPECT_THAT(children(), ElementsAre());
    }
}

TEST_F(AProgram, MayComplainWithoutEndInTheMidstOfItsAnswers) {
    auto& store = roles(R"sh(
while read -r line; do
    head -c 300000 /dev/zero | tr '\0' 'x' >&2
    roles a
    head -c 300000 /dev/zero | tr '\0' 'y' >&2
done
)sh");
    for (int turn = 0; turn < 3; ++turn)
        EXPECT_THAT(must(store.standing("ann")).roles, ElementsAre("a"));
}

TEST_F(AProgram, IsToldALongQuestionWhole) {
    auto& store =
        roles("while read -r line; do roles \"$(printf '%s' \"$line\" | wc -c)\"; done", 1);
    (void)store;
    const std::string password(custom::password_bytes_max, 'x');
    const auto tried = provider_->users()->sign_in("ann", password);  // roles are no answer to that
    ASSERT_FALSE(tried);
    EXPECT_THAT(tried.error().message, HasSubstr("makes no sense"));
    EXPECT_THAT(tried.error().message, Not(HasSubstr("xxxx")));
}

TEST_F(AProgram, IsNotRunWhenEverybodyCouldChangeIt) {
    auto& store = roles("while read -r line; do roles a; done");
    ASSERT_EQ(::chmod((directory_.path() / "program").c_str(), 0777), 0);
    EXPECT_THAT(failure(store), HasSubstr("may be changed by everybody"));
    std::filesystem::remove(directory_.path() / "program");
    EXPECT_THAT(failure(store), HasSubstr("No such file"));
}

TEST_F(AProgram, IsTriedStepByStep) {
    roles(R"sh(
answer() { printf '{"id":"%s",%s}\n' "$(id)" "$1"; }
while read -r line; do
    case $line in
    *hello*) answer '"contract":1,"software":"shell","can":["find","sign_in","list_users","roles_of"]' ;;
    *list_users*) answer '"users":[{"name":"bob"},{"name":"ann"}]' ;;
    *) roles planners ;;
    esac
done
)sh");
    const auto test = provider_->test_connection();
    EXPECT_TRUE(test.is_good());
    std::vector<std::string> said;
    for (const auto& step : test.steps) said.push_back(step.said);
    EXPECT_THAT(said, ElementsAre("it runs and answers", "version 1, by shell",
                                  "2 on the first page: ann, bob", "ann has planners"));
    EXPECT_THAT(children(), ElementsAre());  // the trial's own are gone
}

TEST_F(AProgram, IsTriedUpToTheStepThatFails) {
    roles("exit 3");
    const auto test = provider_->test_connection();
    ASSERT_EQ(test.steps.size(), 1U);
    EXPECT_FALSE(test.is_good());
    EXPECT_THAT(test.steps[0].what, HasSubstr("program /"));
    EXPECT_THAT(test.steps[0].said, HasSubstr("exit code 3"));
    EXPECT_THAT(test.steps[0].remedy, HasSubstr("run it by hand"));
}

TEST(AProgramProvider, NeedsAnAbsolutePath) {
    storage::testing::TemporaryDirectory directory;
    auto store = must(storage::Store::open(directory.path()));
    const auto seal = must(crypto::Seal::make(crypto::Secret::copy_of(std::string(32, 'k'))));
    const Still clock;
    const auto log = observe::Log::to_nowhere();
    const Surroundings surroundings{store, seal, clock, log};
    for (const auto& command : {std::vector<std::string>{}, {"users.py"}, {"./users.py"}, {""}}) {
        const auto made = make_program_provider(
            {.name = "register", .settings = config::ProgramProvider{.command = command}},
            surroundings);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().kind, ErrorKind::invalid);
    }
}

}  // namespace
}  // namespace rhumb::providers
