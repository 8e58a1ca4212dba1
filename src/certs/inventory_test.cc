#include "certs/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "pki/example.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;

class InventoryOfCertificates : public testing::Test {
protected:
    NewCertificate certificate(std::string name,
                               const std::vector<std::string>& names = {"localhost"}) const {
        const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
        return {.name = std::move(name),
                .origin = storage::Origin::import,
                .chain = signer_.chain(names, key),
                .key = key};
    }
    std::vector<std::string> names_of(bool with_archived = false) const {
        std::vector<std::string> names;
        const auto entries = *inventory_.list(with_archived);
        for (const auto& entry : entries) names.push_back(entry.record.name);
        return names;
    }

    ExampleStore example_;
    const pki::ExampleAuthority signer_;
    Inventory inventory_{example_.store, example_.seal};
};

TEST_F(InventoryOfCertificates, KeepsWhatWasAddedWithItsKey) {
    const auto added = certificate("maps", {"a.test", "127.0.0.1"});
    ASSERT_TRUE(inventory_.add(added, example_actor, example_now));

    const auto entry = inventory_.get("MAPS");

    ASSERT_TRUE(entry) << entry.error().message;
    EXPECT_EQ(entry->chain->leaf(), added.chain.leaf());
    EXPECT_EQ(entry->chain->certificates().size(), 2U);
    EXPECT_THAT(entry->record.names, ElementsAre("a.test", "127.0.0.1"));
    EXPECT_EQ(entry->record.not_after, added.chain.leaf().not_after());
    EXPECT_EQ(*inventory_.open_key(*entry)->public_key().digest(),
              *added.key.public_key().digest());
    EXPECT_THAT(example_.events(), ElementsAre("certificate.added maps"));
}

TEST_F(InventoryOfCertificates, TellsWhichThereAreWhenOneIsMissing) {
    EXPECT_THAT(inventory_.get("x").error().message, HasSubstr("there is none yet"));
    ASSERT_TRUE(inventory_.add(certificate("maps"), example_actor, example_now));

    const auto missing = inventory_.get("x");
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr("there are: maps"));
}

TEST_F(InventoryOfCertificates, RefusesWhatCannotServe) {
    auto other_key = certificate("a");
    other_key.key = *pki::Key::generate(pki::KeyType::ec_p256);
    EXPECT_THAT(inventory_.add(other_key, example_actor, example_now).error().message,
                HasSubstr("does not belong"));

    EXPECT_THAT(
        inventory_.add(certificate("a"), example_actor, example_now + days{91}).error().message,
        HasSubstr("has expired on 2026-05-30"));

    const NewCertificate nameless{.name = "a",
                                  .origin = storage::Origin::import,
                                  .chain = *pki::Chain::make({signer_.root}),
                                  .key = signer_.root_key};
    EXPECT_THAT(inventory_.add(nameless, example_actor, example_now).error().message,
                HasSubstr("names no host"));

    for (const auto* name : {"", " a", "-a", "a/b", "a\nb", "<a>"})
        EXPECT_EQ(inventory_.add(certificate(name), example_actor, example_now).error().kind,
                  ErrorKind::invalid)
            << name;
    EXPECT_THAT(names_of(true), testing::IsEmpty());
}

TEST_F(InventoryOfCertificates, RefusesASecondOneOfTheSameName) {
    ASSERT_TRUE(inventory_.add(certificate("maps"), example_actor, example_now));
    EXPECT_EQ(inventory_.add(certificate("Maps"), example_actor, example_now).error().kind,
              ErrorKind::conflict);
}

TEST_F(InventoryOfCertificates, ReplacesOnceAndKeepsTheOldOneInTheArchive) {
    const auto old_id = *inventory_.add(certificate("maps"), example_actor, example_now);
    const auto next = certificate("maps");

    ASSERT_TRUE(inventory_.replace(old_id, next, example_actor, example_now));

    EXPECT_EQ(inventory_.get("maps")->chain->leaf(), next.chain.leaf());
    EXPECT_THAT(names_of(), ElementsAre("maps"));
    EXPECT_THAT(names_of(true), ElementsAre("maps", "maps"));
    EXPECT_EQ(
        inventory_.replace(old_id, certificate("maps"), example_actor, example_now).error().kind,
        ErrorKind::conflict);
    EXPECT_EQ(inventory_.get("maps")->chain->leaf(), next.chain.leaf());
}

TEST_F(InventoryOfCertificates, Archives) {
    ASSERT_TRUE(inventory_.add(certificate("maps"), example_actor, example_now));

    ASSERT_TRUE(inventory_.archive("maps", example_actor, example_now));

    EXPECT_EQ(inventory_.get("maps").error().kind, ErrorKind::not_found);
    EXPECT_THAT(names_of(true), ElementsAre("maps"));
    EXPECT_THAT(example_.events(),
                ElementsAre("certificate.added maps", "certificate.archived maps"));
}

TEST_F(InventoryOfCertificates, ListsADamagedRecordWithItsFault) {
    storage::CertificateRecord record;
    record.name = "broken";
    record.chain_pem = "-----BEGIN CERTIFICATE-----\nMIIB";
    ASSERT_TRUE(example_.store.transact(
        [&](storage::Transaction& t) { return t.add_certificate(record); }));
    ASSERT_TRUE(inventory_.add(certificate("maps"), example_actor, example_now));

    const auto entries = inventory_.list();

    ASSERT_EQ(entries->size(), 2U);
    EXPECT_FALSE(entries->front().chain);
    EXPECT_FALSE(inventory_.open_key(entries->front()));
    EXPECT_TRUE(entries->back().chain);
}

}  // namespace
}  // namespace rhumb::certs
