#include "storage/backup.h"

#include <fstream>

#include "base/files.h"
#include "storage/session.h"
#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using namespace storage::testing;

/// A store with a setting, and a copy of it.
class Copies : public ::testing::Test {
protected:
    void SetUp() override {
        must(store_.transact([](Transaction& transaction) -> Result<void> {
            TRY_DONE(transaction.put_setting("a", "before"));
            TRY(const auto id, transaction.add_certificate(certificate_called("gis")));
            (void)id;
            return {};
        }));
        std::ofstream{copy()};
        must(copy_database(database(), copy()));
    }
    std::filesystem::path database() const { return directory_.path() / "data" / "rhumb.db"; }
    std::filesystem::path copy() const { return directory_.path() / "it's a copy"; }
    void change() {
        must(store_.transact([](Transaction& transaction) -> Result<void> {
            TRY_DONE(transaction.put_setting("a", "after"));
            return transaction.put_setting("b", std::string(100'000, 'b'));
        }));
    }
    std::optional<std::string> setting(const char* key) {
        return must(store_.read([&](const View& view) { return view.find_setting(key); }));
    }
    /// Changes the file behind the back of everybody.
    static void overwrite(const std::filesystem::path& file, std::size_t at,
                          std::string_view with) {
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(static_cast<std::streamoff>(at));
        stream.write(with.data(), static_cast<std::streamsize>(with.size()));
    }

    TemporaryDirectory directory_;
    Store store_ = must(Store::open(directory_.path() / "data"));
};

TEST_F(Copies, AreWholeStoresInOneFile) {
    const auto seen = must(inspect(copy(), Depth::full, Use::alone));

    EXPECT_EQ(seen.schema, seen.schema_known);
    EXPECT_TRUE(seen.damages.empty());
    EXPECT_TRUE(seen.strangers.empty());
    EXPECT_EQ(must(read_settings(copy(), "")).at("a"), "before");
    EXPECT_FALSE(std::filesystem::exists(copy().string() + "-wal"));
}

TEST_F(Copies, TakeOneStateWhileOthersChangeTheStore) {
    std::ofstream{directory_.path() / "second"};
    must(store_.transact([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.put_setting("a", "half"));
        return copy_database(database(), directory_.path() / "second");
    }));
    EXPECT_EQ(must(read_settings(directory_.path() / "second", "a")).at("a"), "before");
    EXPECT_EQ(setting("a"), "half");
}

TEST_F(Copies, TakeTheirSettingsBesideTheStores) {
    const std::string bytes{"\0\xFF'", 3};
    must(write_settings(copy(), {{"backup.made", "17"}, {"backup.key", bytes}}));

    const auto settings = must(read_settings(copy(), "backup."));

    EXPECT_EQ(settings,
              (std::map<std::string, std::string>{{"backup.key", bytes}, {"backup.made", "17"}}));
    EXPECT_FALSE(setting("backup.made"));
}

TEST_F(Copies, TakeThePlaceOfAStoreThatIsOpen) {
    change();
    const auto number = must(store_.change_number());

    must(replace_content(database(), copy()));

    EXPECT_EQ(setting("a"), "before");
    EXPECT_FALSE(setting("b"));
    EXPECT_NE(must(store_.change_number()), number);
    must(store_.check_integrity());
    must(store_.transact(
        [](Transaction& transaction) { return transaction.put_setting("a", "later"); }));
    EXPECT_EQ(setting("a"), "later");
}

TEST_F(Copies, TakeThePlaceOfAStoreAllOrNothing) {
    change();
    auto reader = must(Store::open(directory_.path() / "data"));
    must(reader.read([&](const View& view) -> Result<void> {
        // A reading that began before goes on with what it saw.
        EXPECT_EQ(must(view.find_setting("a")), "after");
        EXPECT_TRUE(replace_content(database(), copy()));
        EXPECT_EQ(must(view.find_setting("a")), "after");
        return {};
    }));
    EXPECT_EQ(must(reader.read([](const View& view) { return view.find_setting("a"); })), "before");
}

TEST_F(Copies, DoNotTakeThePlaceOfWhatIsNoDatabase) {
    const auto other = directory_.path() / "other";
    std::ofstream{other} << std::string(8192, 'x');

    const auto replaced = replace_content(other, copy());

    ASSERT_FALSE(replaced);
    EXPECT_EQ(replaced.error().kind, ErrorKind::conflict) << replaced.error().message;
    EXPECT_EQ(must(read_file(other)), std::string(8192, 'x'));
}

TEST_F(Copies, AreNotMadeOfWhatIsNotThere) {
    EXPECT_FALSE(copy_database(directory_.path() / "none", copy()));
    EXPECT_EQ(inspect(directory_.path() / "none", Depth::quick, Use::alone).error().kind,
              ErrorKind::not_found);
}

TEST_F(Copies, AreRefusedWhenTheyAreAnotherProgramsOrNoDatabase) {
    const auto other = directory_.path() / "other";
    std::ofstream{other} << "This is no database.";
    EXPECT_FALSE(inspect(other, Depth::quick, Use::alone));
    overwrite(copy(), 68, "GPKG");  // application_id
    EXPECT_EQ(inspect(copy(), Depth::quick, Use::alone).error().kind, ErrorKind::conflict);
}

TEST_F(Copies, TellOfDamageInside) {
    const auto size = std::filesystem::file_size(copy());
    for (std::size_t page = 4096; page < size; page += 4096)
        overwrite(copy(), page, std::string(64, '\xA5'));

    const auto seen = inspect(copy(), Depth::quick, Use::alone);

    EXPECT_TRUE(!seen || !seen->damages.empty());
}

TEST_F(Copies, TellOfThingsThatAreNoPartOfAStore) {
    {
        // As somebody would do who wants more out of a restore than there was.
        auto session = must(Session::open(copy(), {}));
        must(session->run("a test",
                          "CREATE TRIGGER evil AFTER INSERT ON event BEGIN"
                          " DELETE FROM setting; END; DROP INDEX request_key"));
    }
    EXPECT_EQ(must(inspect(copy(), Depth::quick, Use::shared)).strangers,
              (std::vector<std::string>{"trigger evil", "missing: index request_key"}));
}

TEST_F(Copies, OfANewerProgramAreTold) {
    overwrite(copy(), 60, std::string{"\0\0\x03\xE8", 4});  // user_version: 1000
    const auto seen = must(inspect(copy(), Depth::full, Use::alone));
    EXPECT_TRUE(seen.is_newer());
    EXPECT_EQ(seen.schema, 1000);
    EXPECT_TRUE(seen.strangers.empty());
}

TEST_F(Copies, AreNotLookedIntoForLongerThanAllowed) {
    must(store_.transact([](Transaction& transaction) -> Result<void> {
        for (int number = 0; number < 3000; ++number)
            TRY_DONE(transaction.put_setting(std::to_string(number), std::string(100, 'x')));
        return {};
    }));
    const auto seen = inspect(database(), Depth::full, Use::shared, std::chrono::milliseconds{0});
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().kind, ErrorKind::unavailable) << seen.error().message;
}

TEST(Backups, AreRemembered) {
    const TemporaryDirectory directory;
    auto store = must(Store::open(directory.path()));
    must(store.transact([](Transaction& transaction) -> Result<void> {
        TRY(const auto first, transaction.add_backup({0, at(10), "/b/one", false, 4096, "ab"}));
        TRY(const auto second, transaction.add_backup({0, at(20), "/b/two", true, 8192, "cd"}));
        EXPECT_LT(first, second);
        return {};
    }));
    const auto backups = must(store.read([](const View& view) { return view.backups(); }));
    ASSERT_EQ(backups.size(), 2U);
    EXPECT_EQ(backups[0].file, "/b/two");
    EXPECT_TRUE(backups[0].has_key);
    EXPECT_EQ(backups[0].size, 8192U);
    EXPECT_EQ(backups[1].time, at(10));
    EXPECT_EQ(backups[1].digest, "ab");
    EXPECT_EQ(must(store.read([](const View& view) { return view.backups(1); })).size(), 1U);
}

}  // namespace
}  // namespace rhumb::storage
