#include "identity/tokens.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/random.h"
#include "identity/example.h"
#include "storage/tokens.h"

namespace rhumb::identity {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;
using Kind = TokenBinding::Kind;

crypto::Seal some_seal() {
    return *crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size));
}

class OurTokens : public UsersAndRoles {
protected:
    static constexpr std::int64_t start = 1'795'390'929;

    OurTokens() {
        clock_.set(start);
        tokens_ = opened();
    }

    std::unique_ptr<Tokens> opened() {
        auto tokens = Tokens::open(*store_, seal_, clock_);
        EXPECT_TRUE(tokens) << tokens.error().message;
        return tokens ? *std::move(tokens) : nullptr;
    }
    void at(std::chrono::seconds after_start) { clock_.set(start + after_start.count()); }
    IssuedToken issue(std::string_view user = "ann", const TokenBinding& binding = {},
                      std::chrono::seconds lifetime = 60min) {
        auto issued = tokens_->issue(user, binding, lifetime, actor_);
        EXPECT_TRUE(issued) << issued.error().message;
        return issued ? *std::move(issued) : IssuedToken{};
    }
    TokenFault fault(std::string_view text, const TokenUse& use = {}) {
        return tokens_->check(text, use).fault;
    }
    std::vector<storage::TokenKeyRecord> keys() {
        return *store_->read([](const storage::View& view) { return storage::token_keys(view); });
    }
    std::size_t revocation_count() {
        return store_
            ->read([](const storage::View& view) { return storage::token_revocations(view); })
            ->size();
    }

    crypto::Seal seal_ = some_seal();
    std::unique_ptr<Tokens> tokens_;
};

TEST_F(OurTokens, SayWhoseTheyAreUntilWhenAndFromWhere) {
    const auto issued = issue("Ann", {Kind::referer, "https://a.example/app"}, 90min);

    EXPECT_EQ(issued.facts.id.size(), 16U);
    const auto check = tokens_->check(issued.text, {.referer = "https://a.example/"});
    EXPECT_TRUE(check.is_good()) << to_text(check.fault);
    ASSERT_TRUE(check.facts);
    EXPECT_EQ(check.facts->id, issued.facts.id);
    EXPECT_EQ(check.facts->user, "Ann");
    EXPECT_EQ(check.facts->binding, (TokenBinding{Kind::referer, "https://a.example/app"}));
    EXPECT_EQ(check.facts->issued, clock_.now());
    EXPECT_EQ(check.facts->expires, clock_.now() + 90min);
    EXPECT_LT(issued.text.size(), 140U);
}

TEST_F(OurTokens, AreIssuedWithAnEntryInTheAuditTrailThatDoesNotHoldThem) {
    const auto issued = issue("ann", {Kind::ip, "192.0.2.1"});
    const auto all = trail();
    EXPECT_EQ(all.back(), "token.issued ann: token " + issued.facts.id +
                              ", good for 60 minutes, for the address 192.0.2.1");
    for (const auto& event : all) EXPECT_THAT(event, testing::Not(HasSubstr(issued.text)));
}

TEST_F(OurTokens, AreRefusedForBadOrders) {
    const auto order = [&](std::string_view user, const TokenBinding& binding,
                           std::chrono::seconds lifetime) {
        const auto issued = tokens_->issue(user, binding, lifetime, actor_);
        EXPECT_FALSE(issued);
        return issued ? "" : issued.error().message;
    };
    EXPECT_THAT(order("", {}, 60min), HasSubstr("a user's name"));
    EXPECT_THAT(order(std::string(256, 'u'), {}, 60min), HasSubstr("1 to 255"));
    EXPECT_THAT(order("ann", {}, 0s), HasSubstr("1 second"));
    EXPECT_THAT(order("ann", {}, std::chrono::hours{24 * 4000}), HasSubstr("3660 days"));
    EXPECT_THAT(order("ann", {Kind::ip, "home"}, 60min), HasSubstr("no address"));
    EXPECT_THAT(order("ann", {Kind::referer, std::string(513, 'x')}, 60min), HasSubstr("512"));
    EXPECT_THAT(trail(), testing::Not(Contains(StartsWith("token.issued"))));
    EXPECT_TRUE(tokens_->issue(std::string(255, 'u'), {Kind::referer, std::string(512, 'x')}, 60min,
                               actor_));
}

TEST_F(OurTokens, AreMalformedOrDamagedWhenCutAnywhere) {
    const auto text = issue().text;
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto found = fault(std::string_view{text}.substr(0, size));
        EXPECT_TRUE(found == TokenFault::malformed || found == TokenFault::damaged) << size;
    }
    EXPECT_EQ(fault(text), TokenFault::none);
}

TEST_F(OurTokens, AreNoTokensWithAnyBitFlipped) {
    const auto text = issue("ann", {Kind::referer, "https://a.example"}).text;
    const TokenUse use{.referer = "https://a.example"};
    ASSERT_EQ(fault(text, use), TokenFault::none);
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        auto changed = text;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        const auto check = tokens_->check(changed, use);
        EXPECT_TRUE(check.fault == TokenFault::malformed ||
                    check.fault == TokenFault::unknown_key || check.fault == TokenFault::damaged)
            << bit << ": " << to_text(check.fault);
        EXPECT_FALSE(check.facts);
    }
}

TEST_F(OurTokens, AreThoseOfThisServerAlone) {
    class Other : public OurTokens {
    public:
        void TestBody() override {}
        IssuedToken one() { return issue(); }
    } other;
    EXPECT_EQ(fault(other.one().text), TokenFault::unknown_key);
    EXPECT_EQ(fault("rh1" + std::string(80, 'A')), TokenFault::unknown_key);
    EXPECT_EQ(fault("eyJhbGciOiJIUzI1NiJ9.e30.c2ln"), TokenFault::malformed);
}

TEST_F(OurTokens, EndWhenTheirTimeIsOver) {
    const auto text = issue("ann", {}, 60min).text;
    at(60min - 1s);
    EXPECT_EQ(fault(text), TokenFault::none);
    at(60min);
    const auto check = tokens_->check(text, {});
    EXPECT_EQ(check.fault, TokenFault::expired);
    EXPECT_EQ(check.facts->user, "ann") << "people are told whose it was";
}

TEST_F(OurTokens, AreNotGoodBeforeTheyWereIssued) {
    const auto text = issue().text;
    at(-2min);
    EXPECT_EQ(fault(text), TokenFault::none) << "clocks differ a little";
    at(-2min - 1s);
    EXPECT_EQ(fault(text), TokenFault::not_yet);
    at(5min);
    EXPECT_EQ(fault(text), TokenFault::none);
}

TEST_F(OurTokens, CountFromWhereTheyAreBoundToAlone) {
    const auto by_referer = issue("ann", {Kind::referer, "@esri/arcgis-rest-js"}).text;
    EXPECT_EQ(fault(by_referer, {.referer = "@esri/arcgis-rest-js"}), TokenFault::none);
    EXPECT_EQ(fault(by_referer, {.referer = "https://a.example"}), TokenFault::wrong_referer);
    EXPECT_EQ(fault(by_referer), TokenFault::wrong_referer);
    const auto by_origin = issue("ann", {Kind::referer, "https://a.example/app"}).text;
    EXPECT_EQ(fault(by_origin, {.origin = "https://a.example"}), TokenFault::none);

    const auto by_address = issue("ann", {Kind::ip, "::ffff:192.0.2.1"}).text;
    EXPECT_EQ(fault(by_address, {.ip = "192.0.2.1"}), TokenFault::none);
    EXPECT_EQ(fault(by_address, {.ip = "::ffff:192.0.2.1"}), TokenFault::none);
    EXPECT_EQ(fault(by_address, {.ip = "192.0.2.2"}), TokenFault::wrong_address);
    EXPECT_EQ(fault(by_address), TokenFault::wrong_address);
    const auto by_v6 = issue("ann", {Kind::ip, "2001:DB8:0::1"}).text;
    EXPECT_EQ(fault(by_v6, {.ip = "2001:db8::1"}), TokenFault::none);

    EXPECT_TRUE(tokens_->inspect(by_address).is_good()) << "wherever it is looked at";
}

TEST_F(OurTokens, AreRevokedOneByOne) {
    const auto one = issue();
    const auto other = issue();
    ASSERT_TRUE(tokens_->revoke(one.text, actor_));
    EXPECT_EQ(fault(one.text), TokenFault::revoked);
    EXPECT_EQ(fault(other.text), TokenFault::none);
    ASSERT_TRUE(tokens_->revoke(text::to_hex(*text::from_hex(other.facts.id)), actor_));
    EXPECT_EQ(fault(other.text), TokenFault::revoked);
    EXPECT_THAT(trail(), Contains("token.revoked " + one.facts.id + ": of «ann»"));

    const auto third = issue();
    auto in_capitals = third.facts.id;
    for (auto& c : in_capitals)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    ASSERT_TRUE(tokens_->revoke(in_capitals, actor_));
    EXPECT_EQ(fault(third.text), TokenFault::revoked);
}

TEST_F(OurTokens, AreNotRevokedByWhatIsNeitherTokenNorIdentifier) {
    for (const auto* const odd : {"", "ann", "0123456789abcde", "0123456789abcdeg", "rh1AAAA"}) {
        const auto revoked = tokens_->revoke(odd, actor_);
        ASSERT_FALSE(revoked) << odd;
        EXPECT_EQ(revoked.error().kind, ErrorKind::invalid);
        EXPECT_THAT(revoked.error().message, HasSubstr("16 hexadecimal digits"));
    }
    EXPECT_EQ(revocation_count(), 0U);
}

TEST_F(OurTokens, OfOneUserAreRevokedTogether) {
    const auto anns = issue("Ann").text;
    const auto bobs = issue("bob").text;
    ASSERT_TRUE(tokens_->revoke_of("ann", actor_));
    EXPECT_EQ(fault(anns), TokenFault::revoked);
    EXPECT_EQ(fault(bobs), TokenFault::none);
    // Within the same second.
    const auto next = issue("ann").text;
    EXPECT_EQ(fault(next), TokenFault::none);
    ASSERT_TRUE(tokens_->revoke_of("ANN", actor_));
    EXPECT_EQ(fault(next), TokenFault::revoked);
    EXPECT_EQ(revocation_count(), 1U);
}

TEST_F(OurTokens, EndWithThePasswordOfTheirUserInTheSameSecondToo) {
    add("ann");
    const auto before = issue("ann");
    const auto others = issue("bob");
    ASSERT_TRUE(users_->set_password("ANN", "another good one", actor_));
    ASSERT_TRUE(tokens_->reload());
    const auto after = issue("ann");

    EXPECT_EQ(fault(before.text), TokenFault::revoked);
    EXPECT_EQ(fault(others.text), TokenFault::none);
    EXPECT_EQ(fault(after.text), TokenFault::none);
}

TEST_F(OurTokens, AreAllRevokedAtOnce) {
    const auto anns = issue("ann").text;
    const auto bobs = issue("bob").text;
    ASSERT_TRUE(tokens_->revoke_all(actor_));
    EXPECT_EQ(fault(anns), TokenFault::revoked);
    EXPECT_EQ(fault(bobs), TokenFault::revoked);
    EXPECT_EQ(fault(issue("ann").text), TokenFault::none);
}

TEST_F(OurTokens, StayRevokedWhateverTheClockDoes) {
    at(10h);
    const auto before = issue("ann", {}, 48h).text;
    ASSERT_TRUE(tokens_->revoke_of("ann", actor_));
    at(9h);
    EXPECT_EQ(fault(before), TokenFault::not_yet);
    const auto after_the_jump = issue("ann", {}, 48h).text;
    EXPECT_EQ(fault(after_the_jump), TokenFault::none) << "it was issued after all revocations";
    at(11h);
    EXPECT_EQ(fault(before), TokenFault::revoked);
    EXPECT_EQ(fault(after_the_jump), TokenFault::none);
}

TEST_F(OurTokens, ForgetRevocationsOfWhatIsOver) {
    const auto text = issue("ann", {}, 2h).text;
    ASSERT_TRUE(tokens_->revoke(text, actor_));
    ASSERT_TRUE(tokens_->revoke_of("ann", actor_));
    at(2h);
    ASSERT_TRUE(tokens_->look_after());
    EXPECT_EQ(revocation_count(), 2U) << "a clock may be set right yet";
    at(3h);
    ASSERT_TRUE(tokens_->look_after());
    EXPECT_EQ(revocation_count(), 0U);
    EXPECT_EQ(fault(text), TokenFault::expired);
}

TEST_F(OurTokens, AreKnownToOtherProgramsOnTheSameStore) {
    auto store = storage::Store::open(store_->directory());
    ASSERT_TRUE(store);
    const auto other = Tokens::open(*store, seal_, clock_);
    ASSERT_TRUE(other);
    EXPECT_EQ(keys().size(), 1U) << "they have one key together";

    const auto ours = issue();
    EXPECT_TRUE((*other)->check(ours.text, {}).is_good());
    const auto theirs = (*other)->issue("bob", {}, 60min, actor_);
    ASSERT_TRUE(theirs);
    EXPECT_EQ(fault(theirs->text), TokenFault::none);

    ASSERT_TRUE((*other)->revoke(ours.text, actor_));
    ASSERT_TRUE(tokens_->reload());
    EXPECT_EQ(fault(ours.text), TokenFault::revoked);
}

TEST_F(OurTokens, UnderANewKeyAreShownOnlyOnceOtherProgramsKnowIt) {
    auto store = storage::Store::open(store_->directory());
    const auto other = Tokens::open(*store, seal_, clock_);
    ASSERT_TRUE(other);

    ASSERT_TRUE((*other)->rotate(actor_));
    const auto at_once = (*other)->issue("ann", {}, 60min, actor_);
    ASSERT_TRUE(at_once);
    EXPECT_EQ(fault(at_once->text), TokenFault::none) << "before this program has looked";

    at(3s);
    const auto later = (*other)->issue("ann", {}, 60min, actor_);
    ASSERT_TRUE(later);
    EXPECT_EQ(fault(later->text), TokenFault::unknown_key) << "under the new key by now";
    ASSERT_TRUE(tokens_->reload());
    EXPECT_EQ(fault(later->text), TokenFault::none);
    EXPECT_EQ(fault(at_once->text), TokenFault::none);
}

TEST_F(OurTokens, GetANewKeyEachDay) {
    const auto first = issue("ann", {}, 48h).text;
    at(24h - 1s);
    ASSERT_TRUE(tokens_->look_after());
    EXPECT_EQ(keys().size(), 1U);
    at(24h);
    ASSERT_TRUE(tokens_->look_after());
    ASSERT_EQ(keys().size(), 2U);
    EXPECT_THAT(trail(), Contains("token-key.added " + keys()[0].name));
    EXPECT_TRUE(keys()[1].retired);
    at(24h + 10s);
    const auto second = issue("ann", {}, 48h).text;
    EXPECT_NE(first.substr(3, 5), second.substr(3, 5)) << "under another key";
    EXPECT_EQ(fault(first), TokenFault::none);
    EXPECT_EQ(fault(second), TokenFault::none);
}

TEST_F(OurTokens, LoseKeysThatNothingNeedsAnyMore) {
    const auto text = issue("ann", {}, 48h).text;
    at(24h);
    ASSERT_TRUE(tokens_->look_after());
    at(48h);
    ASSERT_TRUE(tokens_->look_after());
    EXPECT_EQ(keys().size(), 3U);
    EXPECT_EQ(fault(text), TokenFault::expired);
    at(49h);
    const auto gone = keys().back().name;
    ASSERT_TRUE(tokens_->look_after());
    EXPECT_EQ(keys().size(), 1U) << "the second one has sealed nothing";
    EXPECT_THAT(trail(), Contains("token-key.removed " + gone));
    EXPECT_EQ(fault(text), TokenFault::unknown_key);
}

TEST_F(OurTokens, GetANewKeyAfterOneThatWasMadeInTheFuture) {
    at(std::chrono::hours{24 * 3650});
    ASSERT_TRUE(tokens_->rotate(actor_));
    at(1h);
    ASSERT_TRUE(tokens_->look_after());
    EXPECT_EQ(keys().front().created, clock_.now());
    EXPECT_EQ(fault(issue().text), TokenFault::none);
}

TEST_F(OurTokens, AreIssuedWhenTheKeyHasGoneMeanwhile) {
    const auto ours = keys().front().id;
    auto store = storage::Store::open(store_->directory());
    const auto other = Tokens::open(*store, seal_, clock_);
    ASSERT_TRUE((*other)->rotate(actor_));
    at(1h);
    ASSERT_TRUE((*other)->look_after());
    ASSERT_EQ(keys().size(), 1U);
    ASSERT_NE(keys().front().id, ours);

    const auto text = issue().text;

    EXPECT_EQ(fault(text), TokenFault::none);
    ASSERT_TRUE((*other)->reload());
    EXPECT_TRUE((*other)->check(text, {}).is_good());
}

TEST_F(OurTokens, GoOnUnderANewKeyWhenTheMasterKeyWasLost) {
    const auto before = issue().text;
    const auto other_seal = some_seal();
    clock_.set(start + 1);
    const auto after = Tokens::open(*store_, other_seal, clock_);
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ((*after)->check(before, {}).fault, TokenFault::unknown_key);
    const auto issued = (*after)->issue("ann", {}, 60min, actor_);
    ASSERT_TRUE(issued) << issued.error().message;
    EXPECT_TRUE((*after)->check(issued->text, {}).is_good());
    EXPECT_FALSE((*after)->reload()) << "what does not open is told";
    EXPECT_TRUE((*after)->check(issued->text, {}).is_good());
}

TEST_F(OurTokens, AreNeverRefusedWhileKeysChange) {
    std::atomic<bool> is_over = false;
    std::atomic<int> refused = 0;
    std::atomic<int> checked = 0;
    const auto work = [&] {
        std::vector<std::string> mine;
        while (!is_over) {
            const auto issued = tokens_->issue("ann", {}, 60min, actor_);
            if (!issued) {
                ++refused;
                continue;
            }
            mine.push_back(issued->text);
            for (const auto& text : mine) {
                if (fault(text) != TokenFault::none) ++refused;
                ++checked;
            }
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(tokens_->rotate(actor_));
        clock_.set(start + i);
    }
    while (checked < 2000) std::this_thread::yield();
    is_over = true;
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(refused, 0);
    EXPECT_EQ(keys().size(), 21U);
}

TEST_F(OurTokens, HaveTheirFaultsInWords) {
    using enum TokenFault;
    for (const auto one : {none, malformed, unknown_key, damaged, not_yet, expired, revoked,
                           wrong_referer, wrong_address})
        EXPECT_THAT(std::string{to_text(one)}, HasSubstr("token"));
}

}  // namespace
}  // namespace rhumb::identity
