#include "identity/people.h"

#include <thread>

#include "identity/example.h"

namespace rhumb::identity {
namespace {

Seconds at(std::int64_t time) { return Seconds{std::chrono::seconds{time}}; }

class PeopleOfAStore : public UsersAndRoles {
protected:
    std::shared_ptr<const Person> load(std::string_view name) {
        auto person = people_.load(name);
        EXPECT_TRUE(person) << person.error().message;
        return *person;
    }
    People people_{*users_, *roles_, clock_};
};

TEST_F(PeopleOfAStore, AreKnownOnceTheyWereLoaded) {
    add("Ann");
    give("publishers", "user:ann");
    EXPECT_EQ(people_.find("ann"), nullptr);
    const auto ann = load("ANN");
    ASSERT_NE(ann, nullptr);
    EXPECT_EQ(ann->name, "Ann");
    EXPECT_EQ(ann->roles, std::vector<std::string>{"publishers"});
    EXPECT_EQ(ann->privilege, Privilege::publish);
    EXPECT_TRUE(ann->is_active(clock_.now()));
    EXPECT_EQ(people_.find("ann"), ann);
    EXPECT_EQ(people_.find("aNN"), ann);
}

TEST_F(PeopleOfAStore, HaveRolesOfRolesInLowerCaseEachOnce) {
    add("ann");
    ASSERT_TRUE(roles_->add({.name = "Planners"}, actor_));
    ASSERT_TRUE(roles_->add({.name = "All Staff"}, actor_));
    give("Planners", "user:ann");
    give("All Staff", "role:planners");
    give("All Staff", "user:ann");
    EXPECT_EQ(load("ann")->roles, (std::vector<std::string>{"all staff", "planners"}));
}

TEST_F(PeopleOfAStore, AreNobodyWhereThereIsNone) {
    EXPECT_EQ(load("nobody"), nullptr);
    EXPECT_EQ(people_.find("nobody"), nullptr);
}

TEST_F(PeopleOfAStore, AreForgottenAfterAChangeAndAfterAWhile) {
    add("ann");
    load("ann");
    people_.forget();
    EXPECT_EQ(people_.find("ann"), nullptr);
    load("ann");
    const auto now = clock_.now().time_since_epoch().count();
    clock_.set(now + 59);
    EXPECT_NE(people_.find("ann"), nullptr);
    clock_.set(now + 60);
    EXPECT_EQ(people_.find("ann"), nullptr);
    clock_.set(now - 1);
    EXPECT_EQ(people_.find("ann"), nullptr) << "of the future";
}

TEST_F(PeopleOfAStore, CountSinceTheyWereMadeOrGotAnotherPassword) {
    clock_.set(5000);
    add("ann");
    EXPECT_EQ(load("ann")->since, at(5000));
    add("bob", std::nullopt);
    EXPECT_EQ(load("bob")->since, at(5000));
    clock_.set(7000);
    ASSERT_TRUE(users_->set_password("ann", "another password", actor_));
    ASSERT_TRUE(users_->set_password("bob", "his first password", actor_));
    people_.forget();
    EXPECT_EQ(load("ann")->since, at(7000));
    EXPECT_EQ(load("bob")->since, at(7000)) << "a first password is a change of what lets in, too";
}

TEST_F(PeopleOfAStore, BeginAnewAfterUsersHaveMovedButForWhoStayed) {
    add("ann");
    add("root");
    const auto before = load("ann")->since;
    people_.count_from(at(5'000'000), [](std::string_view name) { return name == "root"; });
    EXPECT_EQ(people_.find("ann"), nullptr) << "what was known is of the time before";
    EXPECT_EQ(load("ann")->since, at(5'000'000));
    EXPECT_EQ(load("root")->since, before);
    people_.count_from(at(5'000'000), [](std::string_view) -> Result<bool> {
        return fail(ErrorKind::unavailable, "the disk");
    });
    EXPECT_FALSE(people_.load("ann")) << "nobody is let in while it is not known who stayed";
}

TEST_F(PeopleOfAStore, AreNotActiveWhenDisabledOrExpired) {
    add("ann");
    ASSERT_TRUE(users_->update("ann", {.name = "ann", .disabled = at(10)}, actor_));
    EXPECT_FALSE(load("ann")->is_active(clock_.now()));
    ASSERT_TRUE(users_->update("ann", {.name = "ann", .expires = at(2'000'000)}, actor_));
    people_.forget();
    EXPECT_TRUE(load("ann")->is_active(at(1'999'999)));
    EXPECT_FALSE(load("ann")->is_active(at(2'000'000)));
}

/// Says what it did at once, but is asked while another thread changes it.
class SlowUsers final : public UserStore {
public:
    std::function<void()> meanwhile;
    std::string name() const override { return "slow"; }
    Result<std::optional<User>> find(std::string_view user) const override {
        ++asked;
        if (is_gone) return fail(ErrorKind::unavailable, "gone");
        if (meanwhile) meanwhile();
        if (is_empty) return std::optional<User>{};
        return std::optional{User{.name = std::string{user}, .disabled = disabled}};
    }
    Result<SignIn> sign_in(std::string_view, std::string_view) override { return SignIn{}; }
    Result<std::vector<User>> list(const Page&) const override { return std::vector<User>{}; }
    UserEditor* editor() override { return nullptr; }
    bool is_gone = false;
    bool is_empty = false;
    std::optional<Seconds> disabled{};
    mutable std::atomic<int> asked{0};
};

TEST_F(PeopleOfAStore, AreNotKeptWhenTheyWereChangedWhileTheyWereRead) {
    SlowUsers users;
    People people{users, *roles_, clock_};
    users.meanwhile = [&] { people.forget(); };
    ASSERT_NE(people.load("ann").value(), nullptr);
    EXPECT_EQ(people.find("ann"), nullptr);
    users.meanwhile = nullptr;
    ASSERT_NE(people.load("ann").value(), nullptr);
    EXPECT_NE(people.find("ann"), nullptr);
}

TEST_F(PeopleOfAStore, AreUnavailableWhenTheStoreIs) {
    SlowUsers users;
    users.is_gone = true;
    People people{users, *roles_, clock_};
    const auto person = people.load("ann");
    ASSERT_FALSE(person);
    EXPECT_EQ(person.error().kind, ErrorKind::unavailable);
}

TEST_F(PeopleOfAStore, AreOutWithinTheStatedTimeWhenTheyAreRemovedOrDisabledOutside) {
    SlowUsers users;
    People people{users, *roles_, clock_, std::chrono::seconds{20}};
    const auto start = clock_.now().time_since_epoch().count();
    ASSERT_NE(people.load("ann").value(), nullptr);
    users.disabled = clock_.now();
    clock_.set(start + 19);
    EXPECT_TRUE(people.load("ann").value()->is_active(clock_.now()));
    clock_.set(start + 20);
    EXPECT_FALSE(people.load("ann").value()->is_active(clock_.now()));
    users.is_empty = true;
    clock_.set(start + 40);
    EXPECT_EQ(people.load("ann").value(), nullptr);
}

TEST_F(PeopleOfAStore, AreNotRememberedForLongerWhileTheStoreCannotSay) {
    SlowUsers users;
    People people{users, *roles_, clock_, std::chrono::seconds{20}};
    const auto start = clock_.now().time_since_epoch().count();
    ASSERT_NE(people.load("ann").value(), nullptr);
    users.is_gone = true;
    clock_.set(start + 19);
    EXPECT_TRUE(people.load("ann"));
    clock_.set(start + 20);
    EXPECT_EQ(people.find("ann"), nullptr);
    EXPECT_EQ(people.load("ann").error().kind, ErrorKind::unavailable);
    EXPECT_EQ(people.counts().failed, 1U);
}

TEST_F(PeopleOfAStore, TakeAShorterTimeAtOnce) {
    SlowUsers users;
    People people{users, *roles_, clock_};
    ASSERT_NE(people.load("ann").value(), nullptr);
    clock_.set(clock_.now().time_since_epoch().count() + 10);
    EXPECT_NE(people.find("ann"), nullptr);
    people.set_age_max(std::chrono::seconds{5});
    EXPECT_EQ(people.find("ann"), nullptr);
}

TEST_F(PeopleOfAStore, AskSeldomForANameThatNobodyHas) {
    SlowUsers users;
    users.is_empty = true;
    People people{users, *roles_, clock_};
    for (int i = 0; i < 100; ++i) EXPECT_EQ(people.load("nobody").value(), nullptr);
    EXPECT_EQ(users.asked, 1);
    clock_.set(clock_.now().time_since_epoch().count() + 10);
    users.is_empty = false;
    EXPECT_NE(people.load("nobody").value(), nullptr) << "somebody who is new is let in soon";
}

TEST_F(PeopleOfAStore, AreAskedForAnewWhenTheySignIn) {
    SlowUsers users;
    users.is_empty = true;
    People people{users, *roles_, clock_};
    EXPECT_EQ(people.load("new").value(), nullptr);
    users.is_empty = false;
    EXPECT_NE(people.look_up("new").value(), nullptr);
    EXPECT_NE(people.find("new"), nullptr);
}

TEST_F(PeopleOfAStore, AreAskedForOnceHoweverManyWantToKnow) {
    SlowUsers users;
    People people{users, *roles_, clock_};
    std::atomic<int> begun{0};
    // Answers when all have asked.
    users.meanwhile = [&] {
        while (begun < 8) std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            ++begun;
            EXPECT_NE(people.load("ann").value(), nullptr);
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(users.asked, 1);
}

TEST_F(PeopleOfAStore, AreAskedForAnewByWhoComesAfterAChange) {
    SlowUsers users;
    People people{users, *roles_, clock_};
    std::atomic<bool> has_begun{false};
    std::atomic<bool> may_end{false};
    users.meanwhile = [&] {
        if (has_begun.exchange(true)) return;  // the second does not wait
        while (!may_end) std::this_thread::yield();
    };
    std::thread first{[&] { EXPECT_TRUE(people.load("ann")); }};
    while (!has_begun) std::this_thread::yield();
    people.forget();
    EXPECT_NE(people.load("ann").value(), nullptr);
    EXPECT_EQ(users.asked, 2);
    may_end = true;
    first.join();
    EXPECT_NE(people.find("ann"), nullptr) << "what the second learnt stays";
}

TEST_F(PeopleOfAStore, AreNearInTheOwnStoreAndNotOutside) {
    SlowUsers users;
    EXPECT_FALSE((People{users, *roles_, clock_}.is_near("ann")));
    EXPECT_TRUE(people_.is_near("ann"));
}

TEST_F(PeopleOfAStore, AreFoundByManyThreadsWhileTheyAreForgotten) {
    add("ann");
    std::atomic<bool> is_over{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            while (!is_over) {
                const auto person = people_.find("ann");
                EXPECT_TRUE(person == nullptr || person->name == "ann");
            }
        });
    for (int i = 0; i < 200; ++i) {
        EXPECT_NE(people_.load("ann").value(), nullptr);
        people_.forget();
    }
    is_over = true;
    for (auto& reader : readers) reader.join();
}

}  // namespace
}  // namespace rhumb::identity
