#include "certs/backup.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "certs/backup_example.h"
#include "storage/backup.h"

namespace rhumb::certs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using Backups = BackupExample;

TEST_F(Backups, AreOneFileForItsOwnerAloneThatPassesItsCheck) {
    const auto made = make();
    ASSERT_TRUE(made) << made.error().message;

    const auto checked = check_backup(file());

    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(checked->made, example_now);
    EXPECT_EQ(checked->program, "1.2.3");
    EXPECT_EQ(checked->host, "chart-room");
    EXPECT_EQ(checked->data, data().string());
    EXPECT_EQ(checked->size, std::filesystem::file_size(file()));
    EXPECT_EQ(checked->certificates, 1U);
    EXPECT_FALSE(checked->has_key);
    EXPECT_FALSE(checked->is_older);
    EXPECT_THAT(checked->key_ids, ElementsAre(seal().key_id()));
    struct stat status {};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    EXPECT_THAT(names_in(file().parent_path()), ElementsAre("one.backup"));
}

TEST_F(Backups, AreRememberedWithTheirDigestAndNoted) {
    ASSERT_TRUE(make());

    const auto remembered =
        value_of(store().read([](const storage::View& view) { return view.backups(); }));

    ASSERT_THAT(remembered, SizeIs(1));
    EXPECT_EQ(remembered[0].file, file().string());
    EXPECT_EQ(remembered[0].time, example_now);
    EXPECT_EQ(remembered[0].size, std::filesystem::file_size(file()));
    EXPECT_THAT(remembered[0].digest, SizeIs(64));
    EXPECT_EQ(newest_event(), "backup.created " + file().string());
}

TEST_F(Backups, HaveNoKeyInTheClear) {
    ASSERT_TRUE(make(&password_));
    const auto bytes = value_of(read_file(file()));
    const auto key = value_of(crypto::load_master_key(place()));
    EXPECT_EQ(bytes.find(key.view()), std::string::npos);
    EXPECT_EQ(bytes.find("PRIVATE KEY"), std::string::npos);
}

TEST_F(Backups, WithTheMasterKeyOpenByItsPasswordAlone) {
    ASSERT_TRUE(make(&password_));

    const auto checked = check_backup(file(), &password_);
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_TRUE(checked->has_key);

    const auto wrong = crypto::Secret::copy_of("another");
    EXPECT_EQ(check_backup(file(), &wrong).error().kind, ErrorKind::denied);
}

TEST_F(Backups, WithoutTheMasterKeySayThatNoPasswordOpensThem) {
    ASSERT_TRUE(make());
    EXPECT_EQ(check_backup(file(), &password_).error().kind, ErrorKind::not_found);
}

TEST_F(Backups, DoNotTakeThePlaceOfAFileUnasked) {
    std::ofstream{file()} << "mine";

    const auto refused = make();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_EQ(value_of(read_file(file())), "mine");
    EXPECT_THAT(names_in(file().parent_path()), ElementsAre("one.backup"));

    auto order = this->order();
    order.replaces = true;
    EXPECT_TRUE(make_backup(store(), place(), order, example_actor));
    EXPECT_TRUE(check_backup(file()));
}

TEST_F(Backups, DoNotTakeThePlaceOfWhatIsNoFile) {
    std::filesystem::create_directory(file());
    auto order = this->order();
    order.replaces = true;
    EXPECT_EQ(make_backup(store(), place(), order, example_actor).error().kind,
              ErrorKind::conflict);
}

TEST_F(Backups, GoOnWhereAKilledProgramLeftItsHalf) {
    std::ofstream{file().string() + ".part"} << std::string(100'000, 'x');
    const auto made = make();
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_THAT(names_in(file().parent_path()), ElementsAre("one.backup"));
}

TEST_F(Backups, SayWhereTheyCannotBeWritten) {
    auto order = this->order();
    order.file = file().parent_path() / "none" / "one.backup";
    const auto refused = make_backup(store(), place(), order, example_actor);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::not_found);
    EXPECT_THAT(refused.error().message, HasSubstr("none/one.backup"));
}

TEST_F(Backups, AreRefusedWhenTheyAreDamaged) {
    ASSERT_TRUE(make());
    const auto whole = value_of(read_file(file()));
    for (const auto size : {std::size_t{0}, std::size_t{50}, std::size_t{4096}, whole.size() / 2}) {
        ASSERT_TRUE(write_file_atomically(file(), whole.substr(0, size)));
        const auto checked = check_backup(file());
        ASSERT_FALSE(checked) << size;
        EXPECT_EQ(checked.error().kind, ErrorKind::invalid) << checked.error().message;
    }
}

TEST_F(Backups, AreRefusedWhenTheyAreNone) {
    std::ofstream{file()} << "This is a letter.";
    EXPECT_EQ(check_backup(file()).error().kind, ErrorKind::invalid);
    EXPECT_EQ(check_backup(file().string() + "x").error().kind, ErrorKind::not_found);
}

TEST_F(Backups, AreNotTheFilesOfAStoreInUse) {
    const auto refused = check_backup(data() / "rhumb.db");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("rhumb backup create"));
}

TEST_F(Backups, OfANewerProgramAreRefused) {
    ASSERT_TRUE(make());
    auto bytes = value_of(read_file(file()));
    bytes.replace(60, 4, std::string{"\0\0\x03\xE8", 4});  // PRAGMA user_version
    ASSERT_TRUE(write_file_atomically(file(), bytes));
    const auto refused = check_backup(file());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("newer Rhumb"));
}

TEST_F(Backups, AreNotChangedByTheirCheck) {
    ASSERT_TRUE(make());
    const auto before = value_of(read_file(file()));
    ASSERT_TRUE(check_backup(file()));
    EXPECT_EQ(value_of(read_file(file())), before);
    EXPECT_THAT(names_in(file().parent_path()), ElementsAre("one.backup"));
}

}  // namespace
}  // namespace rhumb::certs
