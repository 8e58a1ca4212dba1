#include "certs/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "certs/example_answers.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using std::chrono::hours;

Entry entry_of(const pki::Chain& chain) {
    storage::CertificateRecord record;
    record.name = "maps";
    record.chain_pem = chain.to_pem();
    record.not_before = chain.leaf().not_before();
    record.not_after = chain.leaf().not_after();
    record.names = pki::to_texts(chain.leaf().names());
    return Inventory::read(std::move(record));
}

class FactsOfACertificate : public testing::Test {
protected:
    Entry entry(std::chrono::seconds lifetime) const {
        return entry_of(*pki::Chain::make(
            {outside_.sign(key_.public_key(), {.names = {"maps.test"}, .lifetime = lifetime}),
             outside_.middle}));
    }
    static Health after(const Entry& entry, std::chrono::seconds since) {
        return health_of(entry, example_now + since);
    }

    const OutsideAuthority outside_;
    const pki::Key key_ = *pki::Key::generate(pki::KeyType::ec_p256);
};

TEST_F(FactsOfACertificate, JudgeItByTheFractionOfItsLifeThatIsLeft) {
    const auto quarter = entry(days{90});
    EXPECT_EQ(after(quarter, -hours{2}), Health::not_yet_valid);
    EXPECT_EQ(after(quarter, days{0}), Health::good);
    EXPECT_EQ(after(quarter, days{59}), Health::good);
    EXPECT_EQ(after(quarter, days{61}), Health::due);
    EXPECT_EQ(after(quarter, days{82}), Health::near_end);
    EXPECT_EQ(after(quarter, days{91}), Health::expired);

    const auto week = entry(days{7});
    EXPECT_EQ(after(week, days{3}), Health::good);
    EXPECT_EQ(after(week, days{4}), Health::due);
    EXPECT_EQ(after(week, days{7} - hours{12}), Health::near_end);
}

TEST_F(FactsOfACertificate, GoFromOneToNothing) {
    const Seconds begin{};
    EXPECT_DOUBLE_EQ(fraction_left(begin, begin + days{10}, begin - days{1}), 1);
    EXPECT_DOUBLE_EQ(fraction_left(begin, begin + days{10}, begin + days{5}), 0.5);
    EXPECT_DOUBLE_EQ(fraction_left(begin, begin + days{10}, begin + days{11}), 0);
    EXPECT_DOUBLE_EQ(fraction_left(begin, begin, begin), 0);
}

TEST_F(FactsOfACertificate, NameAllThatAPersonWantsToKnow) {
    const auto facts = facts_of(entry(days{90}), example_now);

    EXPECT_EQ(facts.subject, "CN=maps.test");
    EXPECT_EQ(facts.issuer, "CN=Outside issuer");
    EXPECT_EQ(facts.root, "CN=Outside root");
    EXPECT_EQ(facts.key_type, "ec-p256");
    EXPECT_EQ(facts.signature, "ecdsa-with-SHA256");
    EXPECT_EQ(facts.sha256.size(), 95U);
    EXPECT_EQ(facts.sha1.size(), 59U);
    EXPECT_FALSE(facts.serial.empty());
    EXPECT_EQ(facts.health, Health::good);
    EXPECT_FALSE(facts.is_self_signed);
    EXPECT_NEAR(facts.fraction_left, 1, 0.01);
}

TEST_F(FactsOfACertificate, StayEmptyWhereTheRecordIsDamaged) {
    storage::CertificateRecord record;
    record.chain_pem = "-----BEGIN CERTIFICATE-----\nMIIB";
    const auto facts = facts_of(Inventory::read(record), example_now);
    EXPECT_EQ(facts.health, Health::unreadable);
    EXPECT_EQ(facts.subject, "");
}

}  // namespace
}  // namespace rhumb::certs
