#include "certs/self_sign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "pki/example.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::Contains;
using testing::HasSubstr;

class SelfSigning : public testing::Test {
protected:
    static SelfSignOrder order() {
        SelfSignOrder wanted;
        wanted.names = pki::example_names({"maps.test", "127.0.0.1"});
        wanted.now = example_now;
        return wanted;
    }
    Result<Change> sign(const SelfSignOrder& wanted) {
        return self_sign(example_.store, example_.seal, wanted, example_actor);
    }

    ExampleStore example_;
    Inventory inventory_{example_.store, example_.seal};
};

TEST_F(SelfSigning, MakesACertificateThatItsOwnKeySigned) {
    auto wanted = order();
    wanted.friendly_name = "Try";
    const auto change = sign(wanted);

    ASSERT_TRUE(change) << change.error().message;
    const auto entry = inventory_.get("maps.test");
    ASSERT_TRUE(entry);
    const auto& leaf = entry->chain->leaf();
    EXPECT_TRUE(leaf.is_self_signed());
    EXPECT_FALSE(leaf.is_ca());
    EXPECT_EQ(entry->record.origin, storage::Origin::self_signed);
    EXPECT_EQ(leaf.not_after(), example_now + days{397});
    EXPECT_TRUE(leaf.matches_host("maps.test"));
    EXPECT_TRUE(leaf.matches_host("127.0.0.1"));
    EXPECT_EQ(entry->record.friendly_name, "Try");
    EXPECT_TRUE(inventory_.open_key(*entry)->matches(leaf));
    EXPECT_THAT(example_.events(), Contains("certificate.self-signed maps.test"));
}

TEST_F(SelfSigning, HasASubjectAndAKeyAsOrdered) {
    auto wanted = order();
    wanted.subject.common_name = "maps.test";
    wanted.subject.organization = "Karten";
    wanted.key_type = pki::KeyType::rsa_2048;
    ASSERT_TRUE(sign(wanted));
    const auto entry = inventory_.get("maps.test");
    EXPECT_EQ(entry->chain->leaf().subject_fields().organization, "Karten");
    EXPECT_EQ(entry->chain->leaf().public_key().type(), "rsa-2048");
}

TEST_F(SelfSigning, ExplainsTheLimitOf825DaysAndGoesBeyondItWhenTold) {
    auto wanted = order();
    wanted.lifetime = days{825};
    ASSERT_TRUE(sign(wanted)) << sign(wanted).error().message;
    wanted.lifetime = days{3650};
    wanted.may_replace = true;

    EXPECT_THAT(sign(wanted).error().message, HasSubstr("Apple"));
    wanted.may_outlive_clients = true;
    const auto change = sign(wanted);

    ASSERT_TRUE(change) << change.error().message;
    EXPECT_EQ(inventory_.get("maps.test")->chain->leaf().not_after(), example_now + days{3650});
}

TEST_F(SelfSigning, RefusesWhatMakesNoSense) {
    auto wanted = order();
    wanted.lifetime = days{0};
    EXPECT_EQ(sign(wanted).error().kind, ErrorKind::invalid);
    wanted = order();
    wanted.names.clear();
    EXPECT_THAT(sign(wanted).error().message, HasSubstr("--name"));
}

TEST_F(SelfSigning, TakesAnotherOnesPlaceOnlyWhenTold) {
    const auto first = sign(order());
    EXPECT_EQ(sign(order()).error().kind, ErrorKind::conflict);
    auto wanted = order();
    wanted.may_replace = true;
    EXPECT_EQ(sign(wanted)->archived, first->added);
    wanted.name = "second";
    EXPECT_FALSE(sign(wanted)->archived);
}

}  // namespace
}  // namespace rhumb::certs
