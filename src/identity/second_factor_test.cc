#include "identity/second_factor.h"

#include <set>

#include "identity/example.h"
#include "identity/one_time_code.h"

namespace rhumb::identity {
namespace {

using Check = SecondFactors::Check;

class SecondFactorsOfUsers : public UsersAndRoles {
protected:
    static crypto::Seal make_seal() {
        return crypto::Seal::make(crypto::Secret::copy_of(std::string(32, 'k'))).value();
    }
    std::string code(const crypto::Secret& secret, int step_by = 0) const {
        return one_time_code(secret.view(), one_time_step(clock_.now()) + step_by).value();
    }
    void go_on(std::int64_t seconds) {
        clock_.set(clock_.now().time_since_epoch().count() + seconds);
    }
    /// Sets one up; the step of the confirmation is over afterwards.
    std::vector<std::string> set_up(const std::string& user) {
        secret_ = factors_.begin(user).value();
        auto codes = factors_.confirm(user, code(secret_), actor_);
        EXPECT_TRUE(codes) << codes.error().message;
        go_on(60);
        return *codes;
    }
    Check check(std::string_view user, std::string_view typed) {
        const auto result = factors_.check(user, typed, "192.0.2.1");
        EXPECT_TRUE(result) << result.error().message;
        return *result;
    }

    crypto::Seal seal_ = make_seal();
    SecondFactors factors_{*store_, seal_, clock_};
    crypto::Secret secret_;
};

TEST_F(SecondFactorsOfUsers, AreNotAskedForUntilConfirmed) {
    EXPECT_EQ(check("ann", "123456"), Check::not_asked_for);
    const auto secret = factors_.begin("ann").value();
    EXPECT_EQ(check("ann", code(secret)), Check::not_asked_for);
    EXPECT_FALSE(factors_.state_of("ann")->confirmed);
    EXPECT_EQ(factors_.find_begun("ANN").value()->view(), secret.view());
    const auto wrong = factors_.confirm("ann", "000000", actor_);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, ErrorKind::invalid);
    ASSERT_TRUE(factors_.confirm("Ann", code(secret), actor_));
    EXPECT_TRUE(factors_.state_of("ann")->confirmed);
    EXPECT_FALSE(factors_.find_begun("ann").value());
    EXPECT_EQ(trail().back(), "second-factor.added Ann");
}

TEST_F(SecondFactorsOfUsers, TakeACodeOnce) {
    set_up("ann");
    EXPECT_EQ(check("ann", code(secret_)), Check::right);
    EXPECT_EQ(check("ann", code(secret_)), Check::wrong);
    EXPECT_EQ(check("ann", code(secret_, -1)), Check::wrong) << "older than the one that counted";
    EXPECT_EQ(check("ann", code(secret_, 1)), Check::right);
    go_on(60);
    EXPECT_EQ(check("ann", ""), Check::wrong);
    EXPECT_EQ(check("ann", " "), Check::wrong);
    EXPECT_EQ(check("bob", code(secret_)), Check::not_asked_for);
}

TEST_F(SecondFactorsOfUsers, DoNotTakeTheCodeOfTheConfirmationAgain) {
    secret_ = factors_.begin("ann").value();
    ASSERT_TRUE(factors_.confirm("ann", code(secret_), actor_));
    EXPECT_EQ(check("ann", code(secret_)), Check::wrong);
}

TEST_F(SecondFactorsOfUsers, HaveTenRecoveryCodesThatCountOnce) {
    const auto codes = set_up("ann");
    EXPECT_EQ(std::set(codes.begin(), codes.end()).size(), 10U);
    EXPECT_EQ(check("ann", codes[3]), Check::right_recovery_code);
    EXPECT_EQ(check("ann", codes[3]), Check::wrong);
    EXPECT_EQ(factors_.state_of("ann")->recovery_codes, 9U);
    EXPECT_EQ(trail().back(), "second-factor.recovery-code-used ann: 9 are left");
    const auto next = factors_.renew_recovery_codes("ann", actor_).value();
    EXPECT_EQ(check("ann", codes[4]), Check::wrong);
    EXPECT_EQ(check("ann", next[4]), Check::right_recovery_code);
    EXPECT_FALSE(factors_.renew_recovery_codes("bob", actor_));
}

TEST_F(SecondFactorsOfUsers, AreNotReplacedWhileTheyAreAskedFor) {
    set_up("ann");
    const auto again = factors_.begin("ann");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
    EXPECT_TRUE(factors_.remove("ann", actor_).value());
    EXPECT_FALSE(factors_.remove("ann", actor_).value());
    EXPECT_EQ(check("ann", code(secret_)), Check::not_asked_for);
    EXPECT_TRUE(factors_.begin("ann"));
    EXPECT_TRUE(factors_.begin("ann")) << "one that waits makes room";
}

TEST_F(SecondFactorsOfUsers, AreKeptSealedAndSayNothingInTheTrail) {
    const auto codes = set_up("ann");
    for (const auto& line : trail()) {
        EXPECT_EQ(line.find(to_base32(secret_.view())), std::string::npos);
        for (const auto& one : codes) EXPECT_EQ(line.find(one), std::string::npos);
    }
    const auto sealed = store_->read([](const storage::View& view) { return view.sealed(); });
    ASSERT_EQ(sealed->size(), 1U);
    EXPECT_EQ(sealed->front().blob.find(secret_.view()), std::string::npos);
    auto other = crypto::Seal::make(crypto::Secret::copy_of(std::string(32, 'x'))).value();
    SecondFactors elsewhere{*store_, other, clock_};
    EXPECT_FALSE(elsewhere.check("ann", code(secret_), "")) << "not let in for want of a key";
}

TEST_F(SecondFactorsOfUsers, FollowARenamedUserAndGoWithARemovedOne) {
    add("ann");
    set_up("ann");
    ASSERT_TRUE(users_->update("ann", {.name = "anna"}, actor_));
    EXPECT_EQ(check("ann", code(secret_)), Check::not_asked_for);
    EXPECT_EQ(check("anna", code(secret_)), Check::right);
    ASSERT_TRUE(users_->remove("anna", actor_));
    EXPECT_FALSE(factors_.state_of("anna")->confirmed);
}

}  // namespace
}  // namespace rhumb::identity
