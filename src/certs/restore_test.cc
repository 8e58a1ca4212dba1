#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "certs/backup_example.h"
#include "certs/sealed_records.h"

namespace rhumb::certs {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class Restoring : public BackupExample {
protected:
    Result<Restored> restore(const std::filesystem::path& to,
                             const crypto::Secret* password = nullptr, bool accepts_loss = false) {
        return restore_backup({.file = file(),
                               .place = {to, {}},
                               .password = password,
                               .accepts_loss = accepts_loss,
                               .now = example_now + std::chrono::hours{1}},
                              example_actor);
    }
    /// Another machine: an empty directory, or one with an installation of its own.
    std::filesystem::path other(bool is_filled) {
        const auto path = directory_ / "other";
        if (is_filled)
            fill(path);
        else
            std::filesystem::create_directory(path);
        return path;
    }
    static std::string sealed_under(const std::filesystem::path& data) {
        auto store = value_of(storage::Store::open(data));
        const auto seal = open_seal(store, {data, {}});
        if (!seal) return seal.error().message;
        const auto report = value_of(
            store.read([&](const storage::View& view) { return check_sealed(view, *seal); }));
        for (const auto& fault : report.faults) ADD_FAILURE() << fault.owner << fault.message;
        EXPECT_GT(report.count, 2U);
        return seal->key_id();
    }
    static std::vector<std::string> events(const std::filesystem::path& data) {
        const auto store = value_of(storage::Store::open(data));
        std::vector<std::string> all;
        for (const auto& event :
             value_of(store.read([](const storage::View& view) { return view.events(); })))
            all.push_back(event.what);
        return all;
    }
    void change() {
        const Inventory inventory{store(), seal_};
        ASSERT_TRUE(const_cast<Inventory&>(inventory).archive("auto", example_actor, example_now));
    }
    crypto::Seal seal_ = *crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size));
};

TEST_F(Restoring, BringsBackWhatWasThereAndKeepsWhatIs) {
    ASSERT_TRUE(make());
    change();
    const auto before_count =
        value_of(store().read([](const storage::View& view) { return view.certificates(); }));
    ASSERT_THAT(before_count, IsEmpty());

    const auto restored = restore(data());

    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_FALSE(restored->is_key_replaced);
    EXPECT_THAT(restored->notes, IsEmpty());
    // Also for who has the store open.
    EXPECT_THAT(
        value_of(store().read([](const storage::View& view) { return view.certificates(); })),
        SizeIs(1));
    EXPECT_EQ(newest_event(), "backup.restored " + file().string());
    ASSERT_TRUE(restored->before);
    EXPECT_THAT(restored->before->filename().string(), "before-restore-20260301T130000Z");
    EXPECT_THAT(names_in(*restored->before), ElementsAre("rhumb.db"));
    auto kept = value_of(storage::Store::open(*restored->before));
    EXPECT_THAT(value_of(kept.read([](const storage::View& view) { return view.certificates(); })),
                IsEmpty());
    EXPECT_THAT(names_in(data()), Not(Contains("restore.part")));
    EXPECT_EQ(sealed_under(data()), seal().key_id());
}

TEST_F(Restoring, LeavesNothingOfTheBackupsOwnSettings) {
    ASSERT_TRUE(make(&password_));
    ASSERT_TRUE(restore(data()));
    for (const auto* const key : {"backup.made", "backup.key", "backup.host"})
        EXPECT_FALSE(value_of(
            store().read([&](const storage::View& view) { return view.find_setting(key); })));
}

TEST_F(Restoring, OnANewMachineTakesTheMasterKeyOutOfTheBackup) {
    ASSERT_TRUE(make(&password_));
    const auto to = other(false);

    const auto restored = restore(to, &password_);

    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_TRUE(restored->is_key_replaced);
    EXPECT_EQ(sealed_under(to), seal().key_id());
    struct stat status {};
    ASSERT_EQ(::stat((to / "master.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    ASSERT_EQ(::stat((to / "rhumb.db").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    EXPECT_THAT(names_in(to), Not(Contains("master.key.next")));
}

TEST_F(Restoring, OnANewMachineTakesTheMasterKeyThatSomebodyPutThere) {
    ASSERT_TRUE(make());
    const auto to = other(false);
    std::filesystem::copy_file(data() / "master.key", to / "master.key");

    const auto restored = restore(to);

    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_FALSE(restored->is_key_replaced);
    EXPECT_FALSE(restored->before);
    EXPECT_EQ(sealed_under(to), seal().key_id());
}

TEST_F(Restoring, OverAnotherInstallationKeepsItsKeyWithItsStore) {
    ASSERT_TRUE(make(&password_));
    const auto to = other(true);
    const auto old_key = value_of(read_file(to / "master.key"));

    const auto restored = restore(to, &password_);

    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(sealed_under(to), seal().key_id());
    ASSERT_TRUE(restored->before);
    EXPECT_EQ(value_of(read_file(*restored->before / "master.key")), old_key);
    // What was kept is an installation that opens.
    EXPECT_EQ(sealed_under(*restored->before).size(), 16U);
}

TEST_F(Restoring, RefusesWhatWouldNotOpen) {
    ASSERT_TRUE(make(&password_));
    const auto to = other(true);
    const auto was = sealed_under(to);
    const auto seen = names_in(to);

    const auto without = restore(to);
    ASSERT_FALSE(without);
    EXPECT_EQ(without.error().kind, ErrorKind::conflict);
    EXPECT_THAT(without.error().message, HasSubstr("--password-file"));
    const auto wrong = crypto::Secret::copy_of("wrong");
    EXPECT_EQ(restore(to, &wrong).error().kind, ErrorKind::denied);

    EXPECT_EQ(sealed_under(to), was);
    EXPECT_EQ(names_in(to), seen);
}

TEST_F(Restoring, RefusesWhereTheMasterKeyIsNowhere) {
    ASSERT_TRUE(make());
    const auto to = other(false);

    const auto refused = restore(to);

    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("master.key"), HasSubstr(seal().key_id()),
                                               HasSubstr("--accept-loss")));
    EXPECT_THAT(names_in(to), IsEmpty());
}

TEST_F(Restoring, GoesOnWithoutTheKeysWhenThatIsAcceptedAndSaysWhatToDo) {
    ASSERT_TRUE(make());
    const auto to = other(false);

    const auto restored = restore(to, nullptr, true);

    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_THAT(restored->notes, ElementsAre(HasSubstr("rhumb keys rotate --accept-loss")));
    // And what was said there works.
    auto store = value_of(storage::Store::open(to));
    EXPECT_FALSE(open_seal(store, {to, {}}));
    EXPECT_TRUE(rotate_master_key(store, {to, {}}, true, example_actor, example_now));
    EXPECT_TRUE(open_seal(store, {to, {}}));
}

TEST_F(Restoring, WithAMasterKeyOfSystemdNeverWritesOne) {
    ASSERT_TRUE(make(&password_));
    const auto to = other(false);
    std::ofstream{directory_ / "credential"} << std::string(64, 'a');
    std::filesystem::permissions(directory_ / "credential", std::filesystem::perms{0600});

    const auto restored = restore_backup({.file = file(),
                                          .place = {to, directory_ / "credential"},
                                          .password = &password_,
                                          .accepts_loss = false,
                                          .now = example_now},
                                         example_actor);

    ASSERT_FALSE(restored);
    EXPECT_THAT(restored.error().message, HasSubstr("systemd"));
    EXPECT_THAT(names_in(to), IsEmpty());
}

TEST_F(Restoring, TakesThePlaceOfAStoreThatIsNoDatabaseAnyMoreAndKeepsItAsItLies) {
    ASSERT_TRUE(make());
    store_.reset();
    for (const auto* const end : {"-wal", "-shm"})
        std::filesystem::remove(data() / (std::string{"rhumb.db"} + end));
    const std::string garbage(8192, 'x');
    std::ofstream{data() / "rhumb.db"} << garbage;

    const auto restored = restore(data());

    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(value_of(read_file(*restored->before / "rhumb.db")), garbage);
    EXPECT_EQ(sealed_under(data()).size(), 16U);
    EXPECT_THAT(events(data()), Contains("backup.restored"));
}

TEST_F(Restoring, TwiceKeepsBoth) {
    ASSERT_TRUE(make());
    const auto first = restore(data());
    const auto second = restore(data());
    ASSERT_TRUE(first && second);
    EXPECT_NE(*first->before, *second->before);
    EXPECT_THAT(second->before->string(), StartsWith(first->before->string()));
}

TEST_F(Restoring, RefusesADamagedBackupAndChangesNothing) {
    ASSERT_TRUE(make());
    const auto whole = value_of(read_file(file()));
    ASSERT_TRUE(write_file_atomically(file(), whole.substr(0, whole.size() / 2)));
    const auto seen = names_in(data());

    EXPECT_EQ(restore(data()).error().kind, ErrorKind::invalid);

    EXPECT_EQ(names_in(data()), seen);
    EXPECT_THAT(
        value_of(store().read([](const storage::View& view) { return view.certificates(); })),
        SizeIs(1));
}

}  // namespace
}  // namespace rhumb::certs
