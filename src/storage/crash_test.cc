/// What the store promises when processes die, work at once, or run out of disk.

#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include <sys/wait.h>

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using namespace storage::testing;

/// One change that is whole only when all of it is there: a revision, a setting with its number, an
/// event.
Result<Id> write_once(Store& store, const std::string& who) {
    return store.transact([&](Transaction& transaction) -> Result<Id> {
        TRY(const Id number,
            transaction.add_revision({0, who, at(1), "", std::string(3'000, 'x'), ""}));
        TRY_DONE(transaction.put_setting("last", std::to_string(number)));
        TRY_DONE(transaction.add_event({0, at(1), who, "", "a.b", std::to_string(number), ""}));
        return number;
    });
}

/// Fails the test unless revisions, setting and events tell of the same number of changes, which is
/// returned.
Id check_whole(Store& store) {
    EXPECT_TRUE(store.check_integrity());
    return must(store.read([](const View& view) -> Result<Id> {
        TRY(const auto latest, view.find_latest_revision());
        TRY(const auto last, view.find_setting("last"));
        TRY(const auto events, view.events(1'000'000));
        const Id number = latest ? latest->number : 0;
        EXPECT_EQ(last.value_or("0"), std::to_string(number));
        EXPECT_EQ(static_cast<Id>(events.size()), number);
        return number;
    }));
}

/// Runs `work` in a process of its own; its end is awaited by the destructor.
class Child {
public:
    template <class Work>
    explicit Child(Work work) : process_{::fork()} {
        if (process_ != 0) return;
        work();
        ::_exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (process_ > 0) wait();
    }

    void kill() const { ::kill(process_, SIGKILL); }
    /// The exit code, or minus the signal.
    int wait() {
        int status = 0;
        ::waitpid(process_, &status, 0);
        process_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    pid_t process_;
};

TEST(StoreAfterACrash, HasEveryReportedChangeAndNoHalfOne) {
    for (int round = 0; round < 8; ++round) {
        SCOPED_TRACE(round);
        const TemporaryDirectory temporary;
        std::array<int, 2> reported{};
        ASSERT_EQ(::pipe(reported.data()), 0);

        Child child{[&] {
            auto store = must(Store::open(temporary.path()));
            for (;;) {
                const Id number = must(write_once(store, "child"));
                if (::write(reported[1], &number, sizeof number) != sizeof number) return;
            }
        }};
        ::close(reported[1]);
        Id last_reported = 0;
        // Let a few changes be reported, another few in each round, then kill in the midst of the
        // next.
        for (int i = 0; i < 5 + round * 3; ++i) {
            ASSERT_EQ(::read(reported[0], &last_reported, sizeof last_reported),
                      static_cast<ssize_t>(sizeof last_reported));
        }
        ::usleep(static_cast<useconds_t>(round * 137));
        child.kill();
        EXPECT_EQ(child.wait(), -SIGKILL);
        Id number = 0;
        while (::read(reported[0], &number, sizeof number) == static_cast<ssize_t>(sizeof number))
            last_reported = number;
        ::close(reported[0]);

        auto store = must(Store::open(temporary.path()));
        EXPECT_GE(check_whole(store), last_reported);
        EXPECT_TRUE(write_once(store, "after"));
    }
}

TEST(StoreOfTwoProcesses, LosesNoChangeOfEither) {
    constexpr int changes = 40;
    constexpr int processes = 3;
    const TemporaryDirectory temporary;

    // None of them finds a store: all make it at once.
    std::vector<std::unique_ptr<Child>> children;
    for (int i = 0; i < processes; ++i) {
        children.push_back(std::make_unique<Child>([&] {
            auto store = must(Store::open(temporary.path()));
            for (int j = 0; j < changes; ++j) must(write_once(store, "child"));
        }));
    }
    for (const auto& child : children) EXPECT_EQ(child->wait(), 0);

    auto store = must(Store::open(temporary.path()));
    EXPECT_EQ(check_whole(store), changes * processes);
}

TEST(StoreOfTwoProcesses, TellsTheOneOfAChangeByTheOther) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path()));
    const auto before = must(store.change_number());

    Child child{[&] {
        auto other = must(Store::open(temporary.path()));
        must(write_once(other, "child"));
    }};
    EXPECT_EQ(child.wait(), 0);

    EXPECT_NE(must(store.change_number()), before);
}

TEST(StoreOnAFullDisk, RefusesTheChangeAndKeepsWhatWasThere) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path(), {.pages_max = 60}));
    Id written = 0;
    std::optional<Error> full;

    while (!full && written < 1000) {
        const auto number = write_once(store, "writer");
        if (number) {
            written = *number;
        } else {
            full = number.error();
        }
    }

    ASSERT_TRUE(full);
    EXPECT_EQ(full->kind, ErrorKind::unavailable);
    EXPECT_NE(full->message.find("nothing was changed"), std::string::npos) << full->message;
    EXPECT_EQ(check_whole(store), written);
    EXPECT_FALSE(write_once(store, "again"));
    EXPECT_EQ(check_whole(store), written);
    auto with_space = must(Store::open(temporary.path()));
    EXPECT_EQ(must(write_once(with_space, "later")), written + 1);
    EXPECT_EQ(check_whole(store), written + 1);
}

}  // namespace
}  // namespace rhumb::storage
