#include "identity/sign_in.h"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <thread>

#include "identity/example.h"
#include "identity/one_time_code.h"
#include "identity/second_factor.h"

namespace rhumb::identity {
namespace {

using Outcome = Entrance::Outcome;

/// The users, with a count of how often a password was looked at, and a switch.
class CountedUsers final : public UserStore {
public:
    explicit CountedUsers(UserStore& users) : users_{users} {}
    std::string name() const override { return users_.name(); }
    Result<std::optional<User>> find(std::string_view user) const override {
        return users_.find(user);
    }
    Result<SignIn> sign_in(std::string_view user, std::string_view password) override {
        ++looks;
        if (is_gone) return fail(ErrorKind::unavailable, "the users are gone");
        return users_.sign_in(user, password);
    }
    Result<std::vector<User>> list(const Page& page) const override { return users_.list(page); }
    UserEditor* editor() override { return users_.editor(); }

    std::atomic<int> looks = 0;
    bool is_gone = false;

private:
    UserStore& users_;
};

class SigningIn : public UsersAndRoles {
protected:
    SigningIn() { add("ann"); }

    Entrance attempt(std::string_view user, std::string_view password, std::string_view code = {},
                     std::string_view from = "192.0.2.1") {
        return sign_ins_.attempt({.user = user, .password = password, .code = code, .from = from});
    }
    Entrance with_ticket(std::string_view ticket, std::string_view code) {
        return sign_ins_.attempt({.code = code, .from = "192.0.2.1", .ticket = ticket});
    }
    void go_on(std::int64_t seconds) {
        clock_.set(clock_.now().time_since_epoch().count() + seconds);
    }
    std::string code() {
        return one_time_code(secret_.view(), one_time_step(clock_.now())).value();
    }
    std::vector<std::string> set_up_second_factor() {
        SecondFactors factors{*store_, seal_, clock_};
        secret_ = factors.begin("ann").value();
        const auto codes = factors.confirm("ann", code(), actor_).value();
        go_on(60);
        return codes;
    }

    crypto::Seal seal_ = crypto::Seal::make(crypto::Secret::copy_of(std::string(32, 'k'))).value();
    observe::Log log_ = observe::Log::to_nowhere();
    CountedUsers counted_{*users_};
    People people_{counted_, *roles_, clock_};
    SignIns sign_ins_{people_, *store_, seal_, clock_, log_};
    crypto::Secret secret_;
};

TEST_F(SigningIn, LetsInByNameAndPassword) {
    const auto entrance = attempt("ANN", good);
    EXPECT_EQ(entrance.outcome, Outcome::accepted);
    ASSERT_NE(entrance.person, nullptr);
    EXPECT_EQ(entrance.person->name, "ann");
}

TEST_F(SigningIn, SaysTheSameOfAllThatIsWrong) {
    add("bob", std::nullopt);
    add("carl");
    add("dora");
    ASSERT_TRUE(users_->update("carl", {.name = "carl", .disabled = clock_.now()}, actor_));
    ASSERT_TRUE(users_->update("dora", {.name = "dora", .expires = clock_.now()}, actor_));
    for (const auto& [user, password] :
         std::vector<std::pair<std::string, std::string>>{{"ann", "wrong"},
                                                          {"nobody", std::string{good}},
                                                          {"bob", std::string{good}},
                                                          {"carl", std::string{good}},
                                                          {"dora", std::string{good}},
                                                          {"", ""},
                                                          {std::string(5000, 'x'), "x"},
                                                          {"ann", std::string(5000, 'x')}}) {
        const auto entrance = attempt(user, password);
        EXPECT_EQ(entrance.outcome, Outcome::refused) << user;
        EXPECT_EQ(entrance.person, nullptr);
        EXPECT_TRUE(entrance.ticket.empty());
    }
}

// The seam is the store: each name is looked at once, and each failure writes one line.
TEST_F(SigningIn, DoesTheSameWorkForNamesThatNobodyHas) {
    const auto work = [&](std::string_view user) {
        const auto looks = counted_.looks.load();
        const auto events = trail().size();
        attempt(user, "wrong");
        return std::pair{counted_.looks - looks, trail().size() - events};
    };
    EXPECT_EQ(work("ann"), work("nobody"));
    EXPECT_EQ(work("ann"), (std::pair{1, std::size_t{1}}));
}

// A hash costs processor time, and far more of it than all the rest of a look.
TEST_F(SigningIn, HashesForNamesThatNobodyHas) {
    add("bob", std::nullopt);
    const auto dear = EmbeddedUsers::open(*store_, clock_, {4, std::uint64_t{32} << 20U}).value();
    const auto time_of = [](UserStore& users, std::string_view name) {
        const auto began = std::clock();
        EXPECT_TRUE(users.sign_in(name, good));
        return std::clock() - began;
    };
    for (const auto* name : {"nobody", "bob"})
        EXPECT_GT(time_of(*dear, name), 10 * time_of(*users_, name)) << name;
}

TEST_F(SigningIn, SlowsUnknownNamesAsKnownOnes) {
    const auto waits = [&](std::string_view user, std::string_view from) {
        std::vector<std::int64_t> all;
        for (int i = 0; i < 40; ++i) {
            const auto entrance = attempt(user, "wrong", {}, from);
            all.push_back(entrance.wait.count());
            go_on(entrance.wait.count());
        }
        return all;
    };
    const auto known = waits("ann", "192.0.2.10");
    EXPECT_EQ(known, waits("nobody", "192.0.2.20"));
    EXPECT_GT(*std::ranges::max_element(known), 600);
}

TEST_F(SigningIn, DoesNotEvenLookWhileSomebodyMustWait) {
    while (attempt("ann", "wrong").outcome == Outcome::refused) {}
    const auto looks = counted_.looks.load();
    const auto entrance = attempt("ann", good);
    EXPECT_EQ(entrance.outcome, Outcome::must_wait);
    EXPECT_GT(entrance.wait.count(), 0);
    EXPECT_EQ(counted_.looks, looks);
    EXPECT_EQ(attempt("ann", good, {}, "192.0.2.99").outcome, Outcome::accepted);
    EXPECT_EQ(attempt("ann", good, {}, "").outcome, Outcome::accepted) << "on the machine itself";
}

TEST_F(SigningIn, NotesFailuresAndLockOutsWithoutPasswords) {
    for (int i = 0; i < 40; ++i) go_on(attempt("ann", "hunter2hunter2").wait.count());
    for (int i = 0; i < 5; ++i) attempt("hunter2hunter2", "ann", {}, "192.0.2.3");
    const auto lines = trail();
    EXPECT_NE(std::ranges::find(lines, "sign-in.refused ann: wrong password"), lines.end());
    EXPECT_NE(std::ranges::find(lines, "sign-in.locked ann: wrong password"), lines.end());
    EXPECT_NE(std::ranges::find(lines, "sign-in.refused : no such user"), lines.end());
    for (const auto& line : lines) EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
}

TEST_F(SigningIn, NotesSoManyFailuresInAMinuteAndCountsTheOthers) {
    sign_ins_.set_limits({.account_failures = 1000, .address_failures = 1000});
    const auto before = trail().size();
    for (int i = 0; i < 100; ++i) attempt("user " + std::to_string(i), "wrong", {}, "192.0.2.1");
    EXPECT_EQ(trail().size() - before, 60U);
    go_on(61);
    attempt("ann", "wrong", {}, "192.0.2.2");
    EXPECT_EQ(trail().back(),
              "sign-in.refused ann: wrong password; 40 more before it are in the log alone");
}

TEST_F(SigningIn, IsUnavailableWhenTheStoreIsAndPunishesNobodyForIt) {
    counted_.is_gone = true;
    for (int i = 0; i < 30; ++i) EXPECT_EQ(attempt("ann", good).outcome, Outcome::unavailable);
    counted_.is_gone = false;
    EXPECT_EQ(attempt("ann", good).outcome, Outcome::accepted);
}

TEST_F(SigningIn, AsksForACodeOnceThePasswordIsRight) {
    set_up_second_factor();
    EXPECT_EQ(attempt("ann", "wrong").outcome, Outcome::refused);
    EXPECT_EQ(attempt("ann", "wrong", code()).outcome, Outcome::refused);
    const auto first = attempt("ann", good);
    EXPECT_EQ(first.outcome, Outcome::needs_code);
    EXPECT_EQ(first.person, nullptr);
    ASSERT_FALSE(first.ticket.empty());
    const auto wrong = with_ticket(first.ticket, "000000");
    EXPECT_EQ(wrong.outcome, Outcome::needs_code);
    EXPECT_EQ(wrong.ticket, first.ticket);
    const auto looks = counted_.looks.load();
    EXPECT_EQ(with_ticket(first.ticket, code()).outcome, Outcome::accepted);
    EXPECT_EQ(counted_.looks, looks) << "the password is not asked again";
    EXPECT_EQ(with_ticket(first.ticket, code()).outcome, Outcome::start_anew) << "counts once";
}

TEST_F(SigningIn, TakesPasswordAndCodeAtOnce) {
    const auto codes = set_up_second_factor();
    EXPECT_EQ(attempt("ann", good, "000000").outcome, Outcome::needs_code);
    const auto entrance = attempt("ann", good, code());
    EXPECT_EQ(entrance.outcome, Outcome::accepted);
    EXPECT_FALSE(entrance.used_recovery_code);
    EXPECT_EQ(attempt("ann", good, code()).outcome, Outcome::needs_code) << "a code counts once";
    const auto recovered = attempt("ann", good, codes.front());
    EXPECT_EQ(recovered.outcome, Outcome::accepted);
    EXPECT_TRUE(recovered.used_recovery_code);
}

TEST_F(SigningIn, IgnoresACodeThatNobodyAskedFor) {
    EXPECT_EQ(attempt("ann", good, "123456").outcome, Outcome::accepted);
}

TEST_F(SigningIn, EndsATicketAfterFiveMinutesOrFiveCodes) {
    set_up_second_factor();
    const auto slow = attempt("ann", good);
    go_on(5 * 60);
    EXPECT_EQ(with_ticket(slow.ticket, code()).outcome, Outcome::start_anew);
    const auto guessed = attempt("ann", good);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(with_ticket(guessed.ticket, "000000").outcome, Outcome::needs_code) << i;
        go_on(8);
    }
    EXPECT_EQ(with_ticket(guessed.ticket, code()).outcome, Outcome::start_anew);
    EXPECT_EQ(with_ticket("made up", code()).outcome, Outcome::start_anew);
}

TEST_F(SigningIn, EndsATicketWhenThePasswordIsChangedOrTheUserDisabled) {
    set_up_second_factor();
    const auto before = attempt("ann", good);
    go_on(1);
    ASSERT_TRUE(users_->set_password("ann", "another password", actor_));
    EXPECT_EQ(with_ticket(before.ticket, code()).outcome, Outcome::start_anew);
    const auto after = attempt("ann", "another password");
    ASSERT_TRUE(users_->update("ann", {.name = "ann", .disabled = clock_.now()}, actor_));
    EXPECT_EQ(with_ticket(after.ticket, code()).outcome, Outcome::start_anew);
}

TEST_F(SigningIn, SlowsGuessingOfCodesFromAnywhere) {
    set_up_second_factor();
    int let = 0;
    for (int i = 0; i < 300; ++i) {
        const auto from = "10.0.0." + std::to_string(i % 250);
        const auto outcome = attempt("ann", good, "000000", from).outcome;
        let += outcome == Outcome::needs_code ? 1 : 0;
        go_on(1);
    }
    EXPECT_LE(let, 10);
    EXPECT_EQ(attempt("ann", good, code(), "127.0.0.1").outcome, Outcome::accepted)
        << "on the machine itself";
}

TEST_F(SigningIn, LetsNobodyThroughByManyAttemptsAtOnce) {
    std::atomic<int> looked_at = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 10; ++j)
                if (attempt("ann", "wrong").outcome == Outcome::refused) ++looked_at;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(looked_at, 3);
}

TEST_F(SigningIn, ConfirmsAPasswordWithoutSigningIn) {
    set_up_second_factor();
    EXPECT_EQ(sign_ins_.confirm("ann", good, "192.0.2.1").outcome, Outcome::accepted);
    EXPECT_EQ(sign_ins_.confirm("ann", "wrong", "192.0.2.1").outcome, Outcome::refused);
    for (int i = 0; i < 3; ++i) sign_ins_.confirm("ann", "wrong", "192.0.2.1");
    EXPECT_EQ(sign_ins_.confirm("ann", good, "192.0.2.1").outcome, Outcome::must_wait);
}

}  // namespace
}  // namespace rhumb::identity
