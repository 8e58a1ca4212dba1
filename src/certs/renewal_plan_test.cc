#include "certs/renewal_plan.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "pki/example.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

class Plans : public testing::Test {
protected:
    pki::Certificate leaf(std::chrono::seconds lifetime) const {
        return *authority_.try_issue({"a.test"}, key_, lifetime);
    }
    Entry entry(storage::Origin origin, const pki::Certificate& certificate) const {
        storage::CertificateRecord record;
        record.origin = origin;
        record.renewal = {example_now, 2, "why"};
        return {record, pki::Chain::make({certificate})};
    }
    const pki::ExampleAuthority authority_;
    const pki::Key key_ = *pki::Key::generate(pki::KeyType::ec_p256);
};

TEST_F(Plans, AreForAThirdOfTheLifeAndForHalfOfAShortOne) {
    struct Case {
        std::chrono::seconds life, before_end, spread;
    };
    for (const auto& c :
         {Case{days{90}, days{30}, hours{22}}, Case{days{11}, hours{88}, hours{3}},
          Case{days{9}, hours{108}, hours{3}}, Case{hours{5}, hours{3}, minutes{4}}}) {
        const auto certificate = leaf(c.life);
        const auto due = due_time(certificate);
        EXPECT_LE(due, certificate.not_after() - c.before_end + c.spread) << c.life.count();
        EXPECT_GE(due, certificate.not_after() - c.before_end - c.spread) << c.life.count();
    }
}

TEST_F(Plans, DifferBetweenCertificatesAndNeverForOne) {
    std::set<Seconds> moments;
    for (int i = 0; i < 20; ++i) {
        const auto certificate = leaf(days{90});
        moments.insert(due_time(certificate));
        EXPECT_EQ(due_time(certificate),
                  due_time(*pki::Certificate::from_pem(certificate.to_pem())));
    }
    EXPECT_GT(moments.size(), 15U);
    EXPECT_GT(*moments.rbegin() - *moments.begin(), hours{6});
}

TEST_F(Plans, SayWhoRenewsAndHowItWent) {
    const auto certificate = leaf(days{90});
    const auto plan = plan_of(entry(storage::Origin::local_authority, certificate));
    EXPECT_EQ(plan.issuer, "local authority");
    EXPECT_TRUE(plan.is_automatic());
    EXPECT_EQ(plan.due, due_time(certificate));
    EXPECT_EQ(plan.next_attempt, example_now);
    EXPECT_EQ(plan.failures, 2U);
    EXPECT_EQ(plan.last_error, "why");
    EXPECT_TRUE(plan_of(entry(storage::Origin::self_signed, certificate)).is_automatic());
    EXPECT_TRUE(plan_of(entry(storage::Origin::acme, certificate)).is_automatic());
    EXPECT_FALSE(plan_of(entry(storage::Origin::import, certificate)).is_automatic());
    EXPECT_FALSE(plan_of(entry(storage::Origin::request, certificate)).is_automatic());
}

TEST_F(Plans, TellThresholdsInTheirOrder) {
    const auto certificate = leaf(days{90});
    const auto passed = [&](std::chrono::seconds left) {
        std::vector<std::string> texts;
        for (const auto threshold : passed_thresholds(certificate, certificate.not_after() - left))
            texts.emplace_back(to_text(threshold));
        return texts;
    };
    EXPECT_THAT(passed(days{31}), IsEmpty());
    EXPECT_THAT(passed(days{30}), ElementsAre("third"));
    EXPECT_THAT(passed(days{9}), ElementsAre("third", "tenth"));
    EXPECT_THAT(passed(days{7}), ElementsAre("third", "tenth", "week"));
    EXPECT_THAT(passed(hours{24}), ElementsAre("third", "tenth", "week", "day"));
    EXPECT_THAT(passed(std::chrono::seconds{0}).size(), 4U) << "good to its last second";
    EXPECT_THAT(passed(std::chrono::seconds{-1}).size(), 5U);
    const auto short_lived = leaf(days{6});
    EXPECT_THAT(passed_thresholds(short_lived, example_now + days{1}), IsEmpty())
        << "a week is more than its whole life";
}

}  // namespace
}  // namespace rhumb::certs
