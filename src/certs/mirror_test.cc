#include "certs/mirror.h"

#include <fstream>
#include <thread>

#include <fcntl.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/files.h"
#include "certs/example.h"
#include "certs/inventory.h"
#include "certs/removal.h"
#include "certs/self_sign.h"
#include "pki/example.h"

namespace rhumb::certs {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
}

class Mirroring : public testing::Test {
protected:
    void SetUp() override { renew(); }

    pki::Certificate renew() {
        SelfSignOrder order;
        order.names = pki::example_names({"maps.test"});
        order.name = "maps";
        order.may_replace = true;
        order.now = example_now;
        EXPECT_TRUE(self_sign(example_.store, example_.seal, order, example_actor));
        return Inventory{example_.store, example_.seal}.get("maps")->chain->leaf();
    }
    Result<void> set(const MirrorOrder& order) {
        return set_mirror(example_.store, order, example_actor, example_now);
    }
    MirrorReport update(const MirrorLimits& limits = {}) {
        const auto report =
            update_mirrors(example_.store, example_.seal, example_actor, example_now, limits);
        EXPECT_TRUE(report) << report.error().message;
        return report ? *report : MirrorReport{};
    }
    /// What the directory has; fails the test when certificate and key are no pair.
    pki::Certificate served() const {
        const auto key = pki::Key::from_pem(*read_file(directory_ / "privkey.pem"));
        auto chain = pki::Chain::from_pem(*read_file(directory_ / "fullchain.pem"));
        EXPECT_TRUE(key && chain && key->matches(chain->leaf()));
        return chain->leaf();
    }
    std::size_t versions() const {
        std::size_t count = 0;
        for (const auto& entry : fs::directory_iterator{directory_})
            if (entry.path().filename().string().starts_with(".version-")) ++count;
        return count;
    }
    storage::MirrorRecord record() const { return list_mirrors(example_.store)->front(); }

    ExampleStore example_;
    const fs::path directory_ = example_.store.directory() / "above" / "tls";
};

TEST_F(Mirroring, WritesChainAndKeyForTheirOwnerAlone) {
    ASSERT_TRUE(set({.certificate = "MAPS", .directory = directory_}));
    EXPECT_FALSE(fs::exists(directory_));

    EXPECT_THAT(update().written, ElementsAre("maps"));

    const auto leaf = Inventory{example_.store, example_.seal}.get("maps")->chain->leaf();
    EXPECT_EQ(served(), leaf);
    EXPECT_EQ(*read_file(directory_ / "cert.pem"), leaf.to_pem());
    EXPECT_EQ(*read_file(directory_ / "chain.pem"), "");
    EXPECT_EQ(mode_of(directory_ / "privkey.pem"), 0600U);
    EXPECT_EQ(mode_of(directory_ / "fullchain.pem"), 0600U);
    EXPECT_EQ(mode_of(directory_), 0700U);
    EXPECT_THAT(example_.events(), Contains("mirror.written maps"));
    EXPECT_THAT(update().written, IsEmpty());
}

TEST_F(Mirroring, FollowsTheCertificateAndKeepsNoOldKey) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_}));
    update();
    const auto next = renew();

    EXPECT_THAT(update().written, ElementsAre("maps"));

    EXPECT_EQ(served(), next);
    EXPECT_EQ(versions(), 1U);
}

TEST_F(Mirroring, MendsWhatWasTakenAwayOrLeftHalfDone) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_}));
    update();
    fs::remove(directory_ / "privkey.pem");
    fs::create_directory(directory_ / ".version-killed");
    std::ofstream{directory_ / ".version-killed" / "privkey.pem"} << "half a key";
    fs::create_symlink("nowhere", directory_ / ".link-current");

    EXPECT_THAT(update().written, ElementsAre("maps"));
    served();
    EXPECT_EQ(versions(), 1U);

    fs::remove_all(directory_);
    EXPECT_THAT(update().written, ElementsAre("maps"));
    served();
}

TEST_F(Mirroring, RemovesTheOldKeyThatAKilledProgramHasLeft) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_}));
    update();
    // Killed after the swap, before it was tidied and noted.
    fs::create_directory(directory_ / ".version-before");
    std::ofstream{directory_ / ".version-before" / "privkey.pem"} << "an old key";
    auto before = record();
    before.written = "the one before";
    ASSERT_TRUE(example_.store.transact(
        [&](storage::Transaction& transaction) { return transaction.put_mirror(before); }));

    update();

    served();
    EXPECT_EQ(versions(), 1U);
}

TEST_F(Mirroring, ShowsAReaderOneWholePairWhateverHappens) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_}));
    update();
    std::atomic<bool> is_done = false;
    std::atomic<int> wrong = 0;
    std::atomic<int> pairs = 0;
    std::thread reader{[&] {
        while (!is_done) {
            // As a careful program reads: one directory, then both files of it.
            std::error_code failed;
            const auto current = fs::canonical(directory_ / "current", failed);
            if (failed) {
                ++wrong;
                continue;
            }
            const auto key_pem = read_file(current / "privkey.pem");
            const auto chain_pem = read_file(current / "fullchain.pem");
            if (!key_pem || !chain_pem) continue;  // replaced between the two
            const auto key = pki::Key::from_pem(*key_pem);
            const auto chain = pki::Chain::from_pem(*chain_pem);
            if (!key || !chain || !key->matches(chain->leaf())) ++wrong;
            ++pairs;
        }
    }};
    for (int i = 0; i < 10 || pairs == 0; ++i) {
        renew();
        update();
    }
    is_done = true;
    reader.join();
    EXPECT_EQ(wrong, 0);
}

TEST_F(Mirroring, RunsTheHookAfterEachChangeAndOnlyThen) {
    const auto log = example_.store.directory() / "hook.log";
    ASSERT_TRUE(set({.certificate = "maps",
                     .directory = directory_,
                     .hook = "echo $RHUMB_CERTIFICATE $RHUMB_DIRECTORY >> " + log.string()}));

    EXPECT_THAT(update().hooks, ElementsAre("maps"));
    EXPECT_THAT(update().hooks, IsEmpty());
    renew();
    EXPECT_THAT(update().hooks, ElementsAre("maps"));

    const auto line = "maps " + directory_.string() + "\n";
    EXPECT_EQ(*read_file(log), line + line);
    EXPECT_FALSE(record().is_hook_due);
}

TEST_F(Mirroring, NotesAHookThatFailsAndUndoesNothing) {
    ASSERT_TRUE(set({.certificate = "maps",
                     .directory = directory_,
                     .hook = "echo cannot reload >&2; exit 3"}));

    const auto report = update();

    ASSERT_THAT(report.failures, SizeIs(1));
    EXPECT_THAT(report.failures.front().message,
                AllOf(HasSubstr("ended with 3"), HasSubstr("cannot reload")));
    served();
    EXPECT_THAT(record().last_error, HasSubstr("ended with 3"));
    EXPECT_THAT(example_.events(), Contains("mirror.hook-failed maps"));
    EXPECT_THAT(update().failures, IsEmpty());
}

TEST_F(Mirroring, StopsAHookThatTakesTooLong) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_, .hook = "sleep 60"}));
    MirrorLimits limits;
    limits.hook = std::chrono::milliseconds{200};

    const auto report = update(limits);

    ASSERT_THAT(report.failures, SizeIs(1));
    EXPECT_THAT(report.failures.front().message, HasSubstr("did not end within 200 ms"));
}

TEST_F(Mirroring, RunsTheHookThatAKilledProgramOwes) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_, .hook = "true"}));
    update();
    auto owed = record();
    owed.is_hook_due = true;
    ASSERT_TRUE(example_.store.transact(
        [&](storage::Transaction& transaction) { return transaction.put_mirror(owed); }));

    const auto report = update();

    EXPECT_THAT(report.written, IsEmpty());
    EXPECT_THAT(report.hooks, ElementsAre("maps"));
}

TEST_F(Mirroring, KeepsWhatItOwesWhenItIsSetAgain) {
    const MirrorOrder order{.certificate = "maps", .directory = directory_, .hook = "true"};
    ASSERT_TRUE(set(order));
    update();
    ASSERT_TRUE(set(order));
    EXPECT_THAT(update().hooks, IsEmpty());
    auto owed = record();
    owed.is_hook_due = true;
    ASSERT_TRUE(example_.store.transact(
        [&](storage::Transaction& transaction) { return transaction.put_mirror(owed); }));
    ASSERT_TRUE(set(order));
    EXPECT_THAT(update().hooks, ElementsAre("maps"));
}

TEST_F(Mirroring, LeavesADirectoryToTheProgramThatIsWritingIt) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_}));
    update();
    renew();
    const int fd = ::open((directory_ / ".lock").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(fd, LOCK_EX), 0);
    MirrorLimits limits;
    limits.other = std::chrono::milliseconds{50};

    EXPECT_THAT(update(limits).failures, SizeIs(1));
    ::close(fd);

    EXPECT_THAT(update().written, ElementsAre("maps"));
    EXPECT_EQ(record().last_error, "");
}

TEST_F(Mirroring, LeavesTheFilesWhenTheCertificateOrTheMirrorEnds) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_}));
    update();
    ASSERT_TRUE(remove(example_.store, {.name = "maps"}, example_actor, example_now));
    const auto report = update();
    EXPECT_THAT(report.failures, IsEmpty());
    served();

    ASSERT_TRUE(remove_mirror(example_.store, "maps", example_actor, example_now));
    EXPECT_EQ(remove_mirror(example_.store, "maps", example_actor, example_now).error().kind,
              ErrorKind::not_found);
    served();
}

TEST_F(Mirroring, RefusesPlacesWhereKeysDoNotBelong) {
    EXPECT_EQ(set({.certificate = "maps", .directory = "relative"}).error().kind,
              ErrorKind::invalid);
    EXPECT_EQ(set({.certificate = "maps", .directory = "/"}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(set({.certificate = "none", .directory = directory_}).error().kind,
              ErrorKind::not_found);
    fs::create_directories(directory_);
    ASSERT_EQ(::chmod(directory_.c_str(), 0777), 0);
    EXPECT_THAT(set({.certificate = "maps", .directory = directory_}).error().message,
                HasSubstr("every user may change"));
    fs::permissions(directory_, fs::perms{0755});
    std::ofstream{directory_ / "privkey.pem"} << "another program's";
    EXPECT_THAT(set({.certificate = "maps", .directory = directory_}).error().message,
                HasSubstr("was not made by a mirror"));
}

TEST_F(Mirroring, SaysOnceWhyItCannotWrite) {
    ASSERT_TRUE(set({.certificate = "maps", .directory = directory_}));
    fs::create_directories(directory_.parent_path());
    std::ofstream{directory_} << "in the way";

    EXPECT_THAT(update().failures, SizeIs(1));
    EXPECT_THAT(update().failures, SizeIs(1));

    const auto events = example_.events();
    EXPECT_EQ(std::ranges::count(events, "mirror.failed maps"), 1);
    EXPECT_THAT(record().last_error, HasSubstr("no directory"));
}

}  // namespace
}  // namespace rhumb::certs
