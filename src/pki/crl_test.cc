#include "pki/crl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Crls : public testing::Test {
protected:
    Signer signer() const { return {authority_.intermediate, authority_.intermediate_key}; }
    CrlOptions options() const {
        return {.number = 0x1234,
                .now = example_now,
                .lifetime = std::chrono::days{7},
                .revoked = {
                    {"0a0b", example_now - std::chrono::hours{1}, RevocationReason::key_compromise},
                    {"7f00ff", example_now, RevocationReason::unspecified}}};
    }
    std::string refusal(const CrlOptions& options) const {
        const auto made = make_crl(options, signer());
        return made ? "" : made.error().message;
    }

    const ExampleAuthority authority_;
};

TEST_F(Crls, TellWhatTheyWereMadeOf) {
    const auto made = make_crl(options(), signer());
    ASSERT_TRUE(made) << made.error().message;
    const auto crl = *Crl::from_pem(made->to_pem());

    EXPECT_EQ(crl, *made);
    EXPECT_EQ(crl.issuer(), authority_.intermediate.subject());
    EXPECT_EQ(crl.number(), "1234");
    EXPECT_EQ(crl.this_update(), example_now);
    EXPECT_EQ(crl.next_update(), example_now + std::chrono::days{7});
    EXPECT_THAT(crl.revoked(), ElementsAre(options().revoked[0], options().revoked[1]));
    EXPECT_EQ(crl.find("0a0b")->reason, RevocationReason::key_compromise);
    EXPECT_FALSE(crl.find("0a0c"));
    EXPECT_FALSE(crl.find("words"));
    EXPECT_TRUE(crl.is_signed_by(authority_.intermediate));
    EXPECT_FALSE(crl.is_signed_by(authority_.root));
    EXPECT_FALSE(crl.is_signed_by(ExampleAuthority{}.intermediate));
}

TEST_F(Crls, MayBeEmpty) {
    auto none = options();
    none.revoked.clear();
    EXPECT_THAT(make_crl(none, signer())->revoked(), IsEmpty());
}

TEST_F(Crls, AreCurrentFromThisUpdateToTheNext) {
    const auto crl = *make_crl(options(), signer());
    EXPECT_FALSE(crl.is_current_at(example_now - std::chrono::seconds{1}));
    EXPECT_TRUE(crl.is_current_at(example_now));
    EXPECT_TRUE(crl.is_current_at(example_now + std::chrono::days{7}));
    EXPECT_FALSE(crl.is_current_at(example_now + std::chrono::days{8}));
}

TEST_F(Crls, FindTheSerialOfACertificateThatWeIssued) {
    const auto leaf = *authority_.try_issue({"a.test"}, *Key::generate(KeyType::ec_p256));
    auto some = options();
    some.revoked.push_back({leaf.serial(), example_now, RevocationReason::superseded});

    EXPECT_EQ(make_crl(some, signer())->find(leaf.serial())->reason, RevocationReason::superseded);
}

TEST_F(Crls, AreNotMadeOfNonsense) {
    auto numberless = options(), timeless = options(), twice = options(), no_serial = options();
    numberless.number = 0;
    timeless.lifetime = {};
    twice.revoked.push_back(twice.revoked.front());
    no_serial.revoked.front().serial = "xyz";
    EXPECT_THAT(refusal(numberless), HasSubstr("number"));
    EXPECT_THAT(refusal(timeless), HasSubstr("lifetime"));
    EXPECT_THAT(refusal(twice), HasSubstr("0a0b is there twice"));
    EXPECT_THAT(refusal(no_serial), HasSubstr("no serial number"));

    const auto key = *Key::generate(KeyType::ec_p256);
    const auto leaf = *authority_.try_issue({"a.test"}, key);
    EXPECT_THAT(make_crl(options(), {leaf, key}).error().message, HasSubstr("may not sign lists"));
    EXPECT_THAT(make_crl(options(), {authority_.intermediate, key}).error().message,
                HasSubstr("not that of the authority"));
}

TEST_F(Crls, AreRefusedWhenDamaged) {
    const auto der = make_crl(options(), signer())->to_der();
    EXPECT_THAT(Crl::from_der(der.substr(0, 50)).error().message, HasSubstr("damaged"));
    EXPECT_THAT(Crl::from_der(der + "x").error().message, HasSubstr("followed by 1"));
    EXPECT_THAT(Crl::from_pem("").error().message, HasSubstr("no revocation list"));
}

TEST(RevocationReasons, HaveTheTextsOfTheRfc) {
    EXPECT_EQ(*parse_revocation_reason("keyCompromise"), RevocationReason::key_compromise);
    EXPECT_EQ(*parse_revocation_reason("key-compromise"), RevocationReason::key_compromise);
    EXPECT_EQ(*parse_revocation_reason(" SUPERSEDED"), RevocationReason::superseded);
    EXPECT_EQ(to_text(RevocationReason::cessation_of_operation), "cessationOfOperation");
    EXPECT_THAT(parse_revocation_reason("bored").error().message, HasSubstr("keyCompromise"));
    EXPECT_FALSE(parse_revocation_reason("removeFromCRL"));
}

}  // namespace
}  // namespace rhumb::pki
