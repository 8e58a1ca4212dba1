#include "doctor/installation_look.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include "base/files.h"
#include "certs/authority_rotation.h"
#include "certs/example.h"
#include "certs/key_rotation.h"
#include "certs/requests.h"
#include "doctor/machine_look.h"

namespace rhumb::doctor {
namespace {

using certs::example_actor;
using certs::example_machine;
using certs::example_now;
using certs::value_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

/// An installation with an authority and the certificate `auto`.
class Looking : public testing::Test {
protected:
    void SetUp() override {
        const auto seal = value_of(certs::open_seal(store(), place()));
        ASSERT_TRUE(certs::prepare(store(), seal, example_machine(), example_now, example_actor));
        order_.data = data();
        order_.clock = &clock_;
    }
    storage::Store& store() { return example_.store; }
    std::filesystem::path data() { return example_.store.directory(); }
    crypto::MasterKeyPlace place() { return {data(), {}}; }
    KeysSeen keys() { return *value_of(look_at_keys(store(), order_)); }
    CertificatesSeen certificates(const config::Document& document) {
        return value_of(look_at_certificates(store(), order_, document));
    }
    static config::Document one_site(std::vector<std::string> hosts,
                                     std::vector<std::string> named) {
        config::Document document;
        config::Site site;
        site.host_names = std::move(hosts);
        site.certificates = std::move(named);
        document.sites.push_back(site);
        return document;
    }
    /// Another blob in the place of the key of `auto`.
    void put_key(const std::string& blob) {
        ASSERT_TRUE(store().transact([&](storage::Transaction& transaction) -> Result<void> {
            TRY(const auto record, transaction.find_certificate("auto"));
            return transaction.put_sealed(storage::SealedPlace::certificate, record->id, blob);
        }));
    }

    certs::ExampleStore example_;
    ManualClock clock_{example_now};
    InstallationOrder order_;
};

TEST_F(Looking, SeesModesAndOwnersWithoutOpeningAnything) {
    std::filesystem::permissions(data() / "rhumb.db", std::filesystem::perms{0644});
    const auto seen = look_at_files(order_);
    EXPECT_TRUE(seen.directory.is_there);
    EXPECT_EQ(seen.directory.mode, 0700U);
    EXPECT_EQ(seen.database.mode, 0644U);
    EXPECT_EQ(seen.remote_file_system, "");
    EXPECT_FALSE(seen.server_user);
    EXPECT_EQ(look_at_file(data() / "rhumb.db").mode, 0644U);
    ASSERT_THAT(seen.secrets, SizeIs(5));
    EXPECT_TRUE(seen.secrets[3].is_there);   // master.key
    EXPECT_FALSE(seen.secrets[4].is_there);  // master.key.next
}

TEST(RemoteFileSystem, IsKnownByTheMountOfTheDevice) {
    constexpr std::string_view mounts =
        "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        "31 27 0:52 / /srv/maps\\040of\\040all rw,relatime shared:7 master:2 - nfs4 store:/maps rw\n"
        "75 27 0:43 / /mnt rw,nosuid - fuse.sshfs host:/maps rw,user_id=0\n"
        "76 27 0:44 / /cut rw -\n";
    EXPECT_EQ(remote_file_system(mounts, makedev(0, 52)), "NFS");
    EXPECT_EQ(remote_file_system(mounts, makedev(0, 43)), "a folder of another machine (sshfs)");
    EXPECT_EQ(remote_file_system(mounts, makedev(254, 0)), "");
    EXPECT_EQ(remote_file_system(mounts, makedev(0, 44)), "");
    EXPECT_EQ(remote_file_system(mounts, makedev(9, 9)), "");
}

TEST_F(Looking, LooksIntoTheDatabase) {
    const auto seen = value_of(look_at_store(data(), std::chrono::seconds{10}));
    EXPECT_EQ(seen.fault, "");
    EXPECT_EQ(seen.inspection.schema, seen.inspection.schema_known);
    EXPECT_THAT(seen.inspection.damages, IsEmpty());
    EXPECT_GT(seen.bytes, 0U);
    EXPECT_NE(value_of(look_at_store(data() / "none", std::chrono::seconds{10})).fault, "");
}

TEST_F(Looking, OpensAllKeys) {
    const auto seen = keys();
    EXPECT_EQ(seen.report.count, 3U);
    EXPECT_THAT(seen.report.faults, IsEmpty());
    EXPECT_THAT(seen.at_hand, ElementsAre(seen.report.key_ids.front()));
}

TEST_F(Looking, MakesNoMasterKeyWhereThereIsNone) {
    std::filesystem::remove(data() / "master.key");
    const auto seen = keys();
    EXPECT_THAT(seen.at_hand, IsEmpty());
    EXPECT_EQ(seen.report.count, 3U);
    EXPECT_THAT(seen.report.key_ids, SizeIs(1));
    EXPECT_FALSE(std::filesystem::exists(data() / "master.key"));
}

TEST_F(Looking, TellsWhyKeysDoNotOpen) {
    using Kind = certs::SealedFault::Kind;
    put_key("-----BEGIN PRIVATE KEY-----");
    ASSERT_THAT(keys().report.faults, SizeIs(1));
    EXPECT_EQ(keys().report.faults[0].kind, Kind::plain);

    const auto other = *crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size));
    put_key(*other.seal("a test", "a key"));
    EXPECT_EQ(keys().report.faults.at(0).kind, Kind::other_key);
    EXPECT_EQ(keys().report.faults.at(0).key_id, other.key_id());

    put_key(*value_of(certs::open_seal(store(), place())).seal("another purpose", "a key"));
    EXPECT_EQ(keys().report.faults.at(0).kind, Kind::damaged);
}

TEST_F(Looking, LeavesAKeyThatOthersCanReadToWhoLooksAtFiles) {
    std::filesystem::permissions(data() / "master.key", std::filesystem::perms{0644});
    EXPECT_FALSE(value_of(look_at_keys(store(), order_)));
    std::filesystem::permissions(data() / "master.key", std::filesystem::perms{0600});
    std::ofstream{data() / "master.key"} << "not hexadecimal";
    EXPECT_NE(keys().fault, "");
}

TEST_F(Looking, CountsChangesSinceTheLastBackup) {
    auto seen = value_of(look_at_backups(store(), example_now + std::chrono::days{30}));
    EXPECT_FALSE(seen.last);
    EXPECT_EQ(seen.begun, example_now);
    ASSERT_TRUE(store().transact([](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto backup,
            transaction.add_backup({0, example_now + std::chrono::hours{1}, "/f", false, 1, "d"}));
        EXPECT_GT(backup, 0);
        TRY(const auto event, transaction.add_event({0, example_now + std::chrono::hours{1}, "ann",
                                                     "a test", "backup.created", "/f", ""}));
        EXPECT_GT(event, 0);
        return {};
    }));
    seen = value_of(look_at_backups(store(), example_now));
    EXPECT_EQ(seen.last, example_now + std::chrono::hours{1});
    EXPECT_EQ(seen.changes, 0U);
    ASSERT_TRUE(store().transact([](storage::Transaction& transaction) {
        return transaction.add_event(
            {0, example_now + std::chrono::hours{2}, "ann", "a test", "x", "y", ""});
    }));
    EXPECT_EQ(value_of(look_at_backups(store(), example_now)).changes, 1U);
}

TEST_F(Looking, SeesAHealthyInventory) {
    const auto seen = certificates(one_site({}, {"auto"}));
    EXPECT_THAT(seen.missing, IsEmpty());
    EXPECT_THAT(seen.uncovered, IsEmpty());
    ASSERT_THAT(seen.certificates, SizeIs(1));
    EXPECT_EQ(seen.certificates[0].health, certs::Health::good);
    EXPECT_TRUE(seen.certificates[0].is_automatic);
    EXPECT_TRUE(seen.certificates[0].is_shown);
    ASSERT_THAT(seen.authorities, SizeIs(1));
    for (const auto& list : seen.lists) EXPECT_GT(list.next_update, example_now);
    EXPECT_THAT(seen.requests, IsEmpty());
}

TEST_F(Looking, SeesNamesOfCertificatesThatAreNotThere) {
    const auto seen = certificates(one_site({}, {"gone", "AUTO"}));
    ASSERT_THAT(seen.missing, SizeIs(1));
    EXPECT_EQ(seen.missing[0].certificate, "gone");
    EXPECT_EQ(seen.missing[0].binding, "https://*:443");
}

TEST_F(Looking, SeesHostsThatTheNamedCertificateIsNotFor) {
    const auto seal = value_of(certs::open_seal(store(), place()));
    certs::Inventory inventory{store(), seal};
    const auto authority = **certs::Authority::find(store());
    certs::Order order;
    order.names = *pki::parse_names(std::vector<std::string>{"other.chart-room.local"});
    const auto issued = value_of(authority.issue(seal, order, example_now));
    ASSERT_TRUE(inventory.add({.name = "other", .chain = issued.chain, .key = issued.key},
                              example_actor, example_now));

    const auto document = one_site({"maps.example.org", "*.example.org"}, {"other"});
    const auto seen = certificates(document);
    ASSERT_THAT(seen.uncovered, SizeIs(2));
    EXPECT_EQ(seen.uncovered[0].certificate, "other");

    order_.process = 1;  // what can be asked for is asked for on the wire
    EXPECT_THAT(certificates(document).uncovered, IsEmpty());
}

TEST_F(Looking, ComparesWhatClientsTrust) {
    const auto root = (*certs::Authority::find(store()))->root();
    order_.anchors = {{.kind = "system", .client = "Debian", .roots = {root}},
                      {.kind = "nss", .client = "Chromium", .command = "do it"},
                      {.kind = "public", .client = "browsers"}};
    const auto seen = certificates(one_site({}, {"auto"}));
    ASSERT_THAT(seen.clients, SizeIs(2));
    EXPECT_TRUE(seen.clients[0].trusts_active);
    EXPECT_FALSE(seen.clients[1].trusts_active);
    EXPECT_EQ(seen.clients[1].command, "do it");
    EXPECT_THAT(seen.clients[0].retired, IsEmpty());
}

TEST_F(Looking, ReadsTheConfigurationWhereItIs) {
    auto none = look_at_configuration(&store(), order_);
    EXPECT_NE(none.fault, "");  // before the first start

    order_.config_file = data() / "rhumb.toml";
    std::ofstream{*order_.config_file} << "[[site]]\nbindings = [\"http://127.0.0.1:8080\"]\n";
    const auto good = look_at_configuration(&store(), order_);
    EXPECT_EQ(good.fault, "");
    EXPECT_THAT(good.digest, SizeIs(64));
    EXPECT_THAT(good.document.sites, SizeIs(1));

    std::ofstream{*order_.config_file} << "[[site]]\nbindings = 5\nwhat = 6\n";
    const auto bad = look_at_configuration(&store(), order_);
    EXPECT_THAT(bad.fault, testing::HasSubstr("rhumb.toml"));
    EXPECT_EQ(bad.fault.find('\n'), std::string::npos);
}

TEST_F(Looking, KnowsWhenTheNewestCertificateWasPutIn) {
    const auto seen = value_of(look_at_clock(store(), example_now));
    EXPECT_EQ(seen.newest_made, example_now);
    EXPECT_EQ(seen.newest_name, "auto");
}

}  // namespace
}  // namespace rhumb::doctor
