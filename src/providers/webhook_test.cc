#include "providers/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::providers {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view one = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const Seconds now{std::chrono::seconds{1'614'265'330}};

TEST(Webhook, SignsAsOthersDo) {
    const auto keys = WebhookKeys::read(one);
    ASSERT_TRUE(keys) << keys.error().message;
    // The example of the libraries of Standard Webhooks.
    EXPECT_EQ(*keys->sign("msg_p5jXN8AQM9LWM0D4loKWxJek", now, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Webhook, TakesASignatureOnlyForWhatWasSigned) {
    const auto keys = WebhookKeys::read(one);
    const auto header = *keys->sign("msg_1", now, "body");
    EXPECT_TRUE(*keys->verify(header, "msg_1", "1614265330", "body"));
    EXPECT_TRUE(*keys->verify("v1a,x v2,y " + header, "msg_1", "1614265330", "body"));
    EXPECT_FALSE(*keys->verify(header, "msg_2", "1614265330", "body"));
    EXPECT_FALSE(*keys->verify(header, "msg_1", "1614265331", "body"));
    EXPECT_FALSE(*keys->verify(header, "msg_1", "1614265330", "body "));
    EXPECT_FALSE(*keys->verify(header.substr(3), "msg_1", "1614265330", "body"));
    EXPECT_FALSE(*keys->verify(header.substr(0, 20), "msg_1", "1614265330", "body"));
    EXPECT_FALSE(*keys->verify("", "msg_1", "1614265330", "body"));
    EXPECT_FALSE(*WebhookKeys::read(other)->verify(header, "msg_1", "1614265330", "body"));
}

TEST(Webhook, TakesNoMessageBackAsItsOwnAnswer) {
    const auto keys = WebhookKeys::read(one);
    const auto header = *keys->sign("msg_1", now, "body");
    EXPECT_FALSE(*keys->verify(header, answer_id("msg_1"), "1614265330", "body"));
    EXPECT_NE(answer_id("msg_1"), answer_id("msg_2"));
}

TEST(Webhook, LivesWithTwoSecretsWhileTheyAreChanged) {
    const auto both = WebhookKeys::read(fmt::format("{} {}\n", one, other));
    ASSERT_TRUE(both) << both.error().message;
    const auto header = *both->sign("msg_1", now, "body");
    for (const auto secret : {one, other}) {
        const auto single = WebhookKeys::read(secret);
        EXPECT_TRUE(*single->verify(header, "msg_1", "1614265330", "body"));
        EXPECT_TRUE(
            *both->verify(*single->sign("msg_1", now, "body"), "msg_1", "1614265330", "body"));
    }
}

TEST(Webhook, LooksAtAFewSignaturesAndNotAtThousands) {
    const auto keys = WebhookKeys::read(one);
    std::string many;
    for (int turn = 0; turn < 1'000; ++turn) many += "v1,AAAA ";
    EXPECT_FALSE(*keys->verify(many + *keys->sign("m", now, "b"), "m", "1614265330", "b"));
}

TEST(Webhook, RefusesSecretsThatAreNoneAndDoesNotRepeatThem) {
    for (const auto* text :
         {"", "   ", "whsec_", "secret", "whsec_c2hvcnQ=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw x",
          "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw "
          "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
        const auto keys = WebhookKeys::read(text);
        ASSERT_FALSE(keys) << text;
        EXPECT_EQ(keys.error().kind, ErrorKind::invalid);
        EXPECT_THAT(keys.error().message, HasSubstr("openssl rand"));
        EXPECT_THAT(keys.error().message, Not(HasSubstr("MfKQ")));
    }
    EXPECT_TRUE(WebhookKeys::read(one.substr(6)));  // without its prefix
}

}  // namespace
}  // namespace rhumb::providers
