#include "storage/store.h"

#include <fstream>
#include <thread>

#include <sys/stat.h>

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using namespace storage::testing;

mode_t mode_of(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
}

TEST(Store, MakesADirectoryAndADatabaseThatOnlyTheirOwnerMayRead) {
    const TemporaryDirectory temporary;
    const auto directory = temporary.path() / "above" / "data";

    auto store = must(Store::open(directory));
    must(
        store.transact([](Transaction& transaction) { return transaction.put_setting("a", "b"); }));

    EXPECT_EQ(store.directory(), directory);
    EXPECT_EQ(mode_of(directory), 0700U);
    EXPECT_EQ(mode_of(directory / "rhumb.db"), 0600U);
    EXPECT_EQ(mode_of(directory / "rhumb.db-wal"), 0600U);
}

TEST(Store, TightensTheModeOfADatabaseThatOthersMayRead) {
    const TemporaryDirectory temporary;
    must(Store::open(temporary.path()));
    std::filesystem::permissions(temporary.path() / "rhumb.db", std::filesystem::perms{0644});

    must(Store::open(temporary.path()));

    EXPECT_EQ(mode_of(temporary.path() / "rhumb.db"), 0600U);
}

TEST(Store, SaysWhatIsInTheWayOfTheDataDirectory) {
    const TemporaryDirectory temporary;
    std::ofstream{temporary.path() / "file"} << "x";

    const auto store = Store::open(temporary.path() / "file" / "data");

    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find((temporary.path() / "file" / "data").string()),
              std::string::npos)
        << store.error().message;
}

TEST(Store, RefusesAFileThatIsNoDatabase) {
    const TemporaryDirectory temporary;
    std::ofstream{temporary.path() / "rhumb.db"} << std::string(8192, 'x');

    const auto store = Store::open(temporary.path());

    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("no database"), std::string::npos)
        << store.error().message;
}

TEST(Store, TakesADirectoryWithBlanksAndEqualSignsInItsPath) {
    const TemporaryDirectory temporary;
    const auto directory = temporary.path() / "a  b = c";

    must(Store::open(directory));

    EXPECT_TRUE(std::filesystem::exists(directory / "rhumb.db"));
    EXPECT_FALSE(Store::open(temporary.path() / "a\"b"));
}

TEST(Store, KeepsNothingOfATransactionThatFails) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path()));

    const auto done = store.transact([](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.put_setting("kept", "no"));
        return fail(ErrorKind::denied, "changed my mind");
    });

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "changed my mind");
    EXPECT_FALSE(must(store.read([](const View& view) { return view.find_setting("kept"); })));
}

TEST(Store, KeepsNothingWhenAFailedStepWasOverlooked) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path()));

    const auto done = store.transact([](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.put_setting("kept", "no"));
        CertificateRecord refers_to_nothing = certificate_called("a");
        refers_to_nothing.replaced_by = 77;
        EXPECT_FALSE(transaction.add_certificate(refers_to_nothing));
        return {};
    });

    EXPECT_FALSE(done);
    EXPECT_FALSE(must(store.read([](const View& view) { return view.find_setting("kept"); })));
}

TEST(Store, ReadsOneConsistentStateWhileAnotherThreadWrites) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path()));
    const auto put_both = [&](const std::string& value) {
        return store.transact([&](Transaction& transaction) -> Result<void> {
            TRY_DONE(transaction.put_setting("left", value));
            return transaction.put_setting("right", value);
        });
    };
    must(put_both("0"));

    std::thread writer{[&] {
        for (int i = 1; i <= 30; ++i) must(put_both(std::to_string(i)));
    }};
    for (int i = 0; i < 100; ++i) {
        must(store.read([](const View& view) -> Result<void> {
            TRY(const auto left, view.find_setting("left"));
            TRY(const auto right, view.find_setting("right"));
            EXPECT_EQ(left, right);
            return {};
        }));
    }
    writer.join();

    EXPECT_EQ(must(store.read([](const View& view) { return view.find_setting("left"); })), "30");
}

TEST(Store, RefusesToBeUsedFromWithinItself) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path()));

    must(store.transact([&](Transaction&) -> Result<void> {
        EXPECT_FALSE(store.transact([](Transaction&) -> Result<void> { return {}; }));
        return {};
    }));
    must(store.read([&](const View&) -> Result<void> {
        EXPECT_FALSE(store.read([](const View&) -> Result<void> { return {}; }));
        return {};
    }));
}

TEST(Store, TellsOfChangesByThisAndByOtherStores) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path()));
    auto other = must(Store::open(temporary.path()));
    const auto put = [](Store& into, const char* value) {
        must(into.transact(
            [&](Transaction& transaction) { return transaction.put_setting("key", value); }));
    };
    const auto first = must(store.change_number());
    EXPECT_EQ(must(store.change_number()), first);

    put(store, "1");
    const auto second = must(store.change_number());
    put(other, "2");
    const auto third = must(store.change_number());

    EXPECT_NE(second, first);
    EXPECT_NE(third, second);
    EXPECT_EQ(must(store.change_number()), third);
}

TEST(Store, WaitsNoLongerThanItMayForAnotherProcess) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path()));
    auto hasty = must(Store::open(temporary.path(), {.busy_ms_max = 20}));

    must(store.transact([&](Transaction&) -> Result<void> {
        const auto done = hasty.transact(
            [](Transaction& transaction) { return transaction.put_setting("a", "b"); });
        EXPECT_EQ(done.has_value() ? ErrorKind::internal : done.error().kind,
                  ErrorKind::unavailable);
        return {};
    }));
}

TEST(Store, FindsNoFaultInASoundDatabaseAndSomeInADamagedOne) {
    const TemporaryDirectory temporary;
    {
        auto store = must(Store::open(temporary.path()));
        must(store.transact([](Transaction& transaction) {
            return transaction.put_setting("large", std::string(200'000, 'x'));
        }));
        EXPECT_TRUE(store.check_integrity());
    }
    {
        std::fstream file{temporary.path() / "rhumb.db",
                          std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(4096 * 6);
        file << std::string(4096 * 2, '\x5A');
    }

    const auto store = Store::open(temporary.path());

    EXPECT_TRUE(!store || !store->check_integrity());
}

}  // namespace
}  // namespace rhumb::storage
