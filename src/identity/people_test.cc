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
        if (is_gone) return fail(ErrorKind::unavailable, "gone");
        if (meanwhile) meanwhile();
        return std::optional{User{.name = std::string{user}}};
    }
    Result<SignIn> sign_in(std::string_view, std::string_view) override { return SignIn{}; }
    Result<std::vector<User>> list(const Page&) const override { return std::vector<User>{}; }
    UserEditor* editor() override { return nullptr; }
    bool is_gone = false;
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
