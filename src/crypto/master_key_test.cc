#include "crypto/master_key.h"

#include <fstream>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"

namespace rhumb::crypto {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A directory of its own for each test.
class MasterKey : public testing::Test {
protected:
    MasterKey() {
        std::string made = (fs::temp_directory_path() / "rhumb-key-XXXXXX").string();
        place_.directory = mkdtemp(made.data());
    }
    ~MasterKey() override { fs::remove_all(place_.directory); }

    fs::path file() const { return place_.directory / "master.key"; }

    MasterKeyPlace place_;
};

TEST_F(MasterKey, IsMadeOnceAndThenFound) {
    EXPECT_EQ(load_master_key(place_).error().kind, ErrorKind::not_found);

    const auto made = load_or_create_master_key(place_);
    const auto found = load_or_create_master_key(place_);

    ASSERT_TRUE(made && found);
    EXPECT_EQ(made->size(), Seal::key_size);
    EXPECT_EQ(made->view(), found->view());
    EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(MasterKey, IsTheSameForAllWhoStartAtOnce) {
    std::vector<std::string> keys(8);
    std::vector<std::thread> threads;
    for (auto& key : keys)
        threads.emplace_back([&] { key = std::string{load_or_create_master_key(place_)->view()}; });
    for (auto& thread : threads) thread.join();

    for (const auto& key : keys) EXPECT_EQ(key, keys.front());
    const auto left =
        std::distance(fs::directory_iterator{place_.directory}, fs::directory_iterator{});
    EXPECT_EQ(left, 1) << "something was left beside the key";
}

TEST_F(MasterKey, IsRefusedWhenOthersCanReadIt) {
    ASSERT_TRUE(load_or_create_master_key(place_));
    fs::permissions(file(), fs::perms{0640});

    const auto loaded = load_or_create_master_key(place_);

    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, ErrorKind::denied);
    EXPECT_THAT(loaded.error().message, HasSubstr("mode 0640"));
    EXPECT_THAT(loaded.error().message, HasSubstr("chmod 600 " + file().string()));
}

TEST_F(MasterKey, IsRefusedWhenItIsALink) {
    fs::create_symlink("/etc/hostname", file());
    EXPECT_EQ(load_or_create_master_key(place_).error().kind, ErrorKind::denied);
}

TEST_F(MasterKey, IsNotReplacedWhenItIsDamaged) {
    ASSERT_TRUE(write_file_atomically(file(), "not a key\n", 0600));

    const auto loaded = load_or_create_master_key(place_);

    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
    EXPECT_THAT(loaded.error().message, HasSubstr("is damaged"));
    EXPECT_EQ(*read_file(file()), "not a key\n");
}

TEST_F(MasterKey, ComesFromTheCredentialWhereThereIsOne) {
    place_.credential = place_.directory / "credential";
    EXPECT_EQ(load_or_create_master_key(place_).error().kind, ErrorKind::not_found);
    EXPECT_FALSE(fs::exists(file()));

    const std::string raw(Seal::key_size, 'k');
    ASSERT_TRUE(write_file_atomically(*place_.credential, raw, 0440));
    EXPECT_EQ(load_or_create_master_key(place_)->view(), raw);

    fs::permissions(*place_.credential, fs::perms{0444});
    EXPECT_EQ(load_or_create_master_key(place_).error().kind, ErrorKind::denied);
}

TEST_F(MasterKey, HasANextOneThatOpensBesideItAndThenTakesItsPlace) {
    const auto present = *make_seal(place_);
    EXPECT_FALSE(*load_next_master_key(place_));
    const auto next = *Seal::make(*load_or_create_next_master_key(place_));
    EXPECT_EQ(load_or_create_next_master_key(place_)->view(),
              (*load_next_master_key(place_))->view())
        << "there is one already";

    EXPECT_EQ(make_seal(place_)->key_ids(), (std::vector{present.key_id(), next.key_id()}));
    ASSERT_TRUE(promote_next_master_key(place_));
    EXPECT_EQ(make_seal(place_)->key_ids(), std::vector{next.key_id()});
    ASSERT_TRUE(promote_next_master_key(place_)) << "another program was first";
    EXPECT_EQ(make_seal(place_)->key_ids(), std::vector{next.key_id()});
    EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(MasterKey, IsNeverNextWhenOthersCanReadIt) {
    ASSERT_TRUE(load_or_create_next_master_key(place_));
    fs::permissions(file().string() + ".next", fs::perms{0644});
    EXPECT_EQ(make_seal(place_).error().kind, ErrorKind::denied);
}

TEST_F(MasterKey, HasASecondCredentialAsItsNext) {
    place_.credential = place_.directory / "credential";
    ASSERT_TRUE(write_file_atomically(*place_.credential, std::string(Seal::key_size, 'k'), 0400));
    EXPECT_THAT(load_or_create_next_master_key(place_).error().message,
                HasSubstr("credential.next"));
    const auto next = place_.credential->string() + ".next";
    ASSERT_TRUE(write_file_atomically(next, std::string(Seal::key_size, 'n'), 0400));
    EXPECT_EQ(make_seal(place_)->key_ids().size(), 2U);
    ASSERT_TRUE(write_file_atomically(next, std::string(Seal::key_size, 'k'), 0400));
    EXPECT_EQ(make_seal(place_)->key_ids().size(), 1U) << "it is the same";
}

}  // namespace
}  // namespace rhumb::crypto
