#include "identity/local_administrators.h"

#include <map>

#include "base/text.h"
#include "identity/example.h"
#include "identity/people.h"

namespace rhumb::identity {
namespace {

/// Users outside, by name in lower case.
class OutsideUsers final : public UserStore, public UserEditor {
public:
    std::map<std::string, User> users{};
    std::string called_back{};  ///< in the place of any name that is asked for
    bool is_gone = false;
    bool may_change = false;
    std::vector<std::string> changes{};

    void add_user(const std::string& name, const std::string& full_name = "") {
        users.emplace(text::to_lower(name), User{.name = name, .full_name = full_name});
    }

    std::string name() const override { return "county"; }
    Result<std::optional<User>> find(std::string_view name) const override {
        if (is_gone) return fail(ErrorKind::unavailable, "county is gone");
        if (!called_back.empty()) return std::optional{User{.name = called_back}};
        const auto found = users.find(text::to_lower(name));
        if (found == users.end()) return std::optional<User>{};
        return std::optional{found->second};
    }
    Result<SignIn> sign_in(std::string_view name, std::string_view password) override {
        TRY(auto found, find(name));
        if (!found) return SignIn{};
        const bool is_right = password == "outside secret";
        return SignIn{is_right ? SignIn::Outcome::accepted : SignIn::Outcome::wrong_password,
                      std::move(found)};
    }
    Result<std::vector<User>> list(const Page& page) const override {
        if (is_gone) return fail(ErrorKind::unavailable, "county is gone");
        std::vector<User> some;
        for (const auto& [key, user] : users) {
            const bool fits = key > text::to_lower(page.after) &&
                              key.find(text::to_lower(page.contains)) != std::string::npos;
            if (fits && some.size() < page.count_max) some.push_back(user);
        }
        return some;
    }
    UserEditor* editor() override { return may_change ? this : nullptr; }
    Result<void> add(const User& user, std::optional<std::string_view> /*password*/,
                     const Actor& /*actor*/) override {
        return note("add " + user.name);
    }
    Result<void> update(std::string_view name, const User& user, const Actor& /*actor*/) override {
        return note(fmt::format("update {} {}", name, user.name));
    }
    Result<void> set_password(std::string_view name, std::optional<std::string_view> /*password*/,
                              const Actor& /*actor*/) override {
        return note(fmt::format("password {}", name));
    }
    Result<void> remove(std::string_view name, const Actor& /*actor*/) override {
        return note(fmt::format("remove {}", name));
    }

private:
    Result<void> note(std::string change) {
        changes.push_back(std::move(change));
        return {};
    }
};

class OutsideRoles final : public RoleStore {
public:
    std::vector<Role> roles{};
    std::string name() const override { return "county"; }
    Result<std::vector<Role>> list() const override { return roles; }
    Result<Standing> standing(std::string_view user) const override {
        return standing_by(roles, user);
    }
    RoleEditor* editor() override { return nullptr; }
};

class StoresOutside : public UsersAndRoles {
protected:
    StoresOutside() {
        add("Root");
        give("administrators", "user:root");
        add("ann");  // in the own store, and no administrator
    }
    std::vector<std::string> names(const Page& page) {
        const auto users = mixed_users_->list(page);
        EXPECT_TRUE(users) << users.error().message;
        std::vector<std::string> names;
        for (const auto& user : *users) names.push_back(user.name);
        return names;
    }
    SignIn::Outcome mixed_sign_in(std::string_view name, std::string_view password) {
        return mixed_users_->sign_in(name, password).value().outcome;
    }

    OutsideUsers outside_;
    OutsideRoles outside_roles_;
    LocalAdministrators locals_{*users_, *roles_};
    std::unique_ptr<UserStore> mixed_users_ = with_local_administrators(locals_, outside_);
    std::unique_ptr<RoleStore> mixed_roles_ = with_local_administrators(locals_, outside_roles_);
};

TEST_F(StoresOutside, LetLocalAdministratorsInFromTheOwnStore) {
    EXPECT_EQ(mixed_sign_in("ROOT", good), SignIn::Outcome::accepted);
    EXPECT_EQ(mixed_sign_in("root", "wrong"), SignIn::Outcome::wrong_password);
    EXPECT_EQ(mixed_roles_->standing("root")->privilege, Privilege::administer);
}

TEST_F(StoresOutside, LetThemInWhileTheyAreGone) {
    outside_.is_gone = true;
    EXPECT_EQ(mixed_sign_in("root", good), SignIn::Outcome::accepted);
    EXPECT_TRUE(mixed_users_->find("root").value());
    EXPECT_TRUE(mixed_users_->is_near("root"));
    EXPECT_FALSE(mixed_users_->is_near("ann"));
    const auto other = mixed_users_->sign_in("bob", "outside secret");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind, ErrorKind::unavailable);
}

TEST_F(StoresOutside, HideWhoeverHasTheNameOfALocalAdministrator) {
    outside_.add_user("root", "an impostor");
    EXPECT_EQ(mixed_sign_in("root", "outside secret"), SignIn::Outcome::wrong_password);
    EXPECT_EQ(mixed_users_->find("root").value()->full_name, "");
    EXPECT_EQ(locals_.hiding(outside_).value(), std::vector<std::string>{"Root"});
}

TEST_F(StoresOutside, MakeNobodyALocalAdministratorByAnsweringWithTheName) {
    outside_.called_back = "ROOT";
    EXPECT_EQ(mixed_sign_in("eve", "outside secret"), SignIn::Outcome::no_such_user);
    EXPECT_FALSE(mixed_users_->find("eve").value());
}

TEST_F(StoresOutside, DoNotKnowOtherUsersOfTheOwnStore) {
    EXPECT_FALSE(mixed_users_->find("ann").value());
    EXPECT_EQ(mixed_sign_in("ann", good), SignIn::Outcome::no_such_user);
    outside_.add_user("ann", "of the county");
    EXPECT_EQ(mixed_sign_in("ann", "outside secret"), SignIn::Outcome::accepted);
}

TEST_F(StoresOutside, KeepTheNameOfALocalAdministratorWhoIsDisabled) {
    add("second");
    give("administrators", "user:second");
    ASSERT_TRUE(users_->update("root", {.name = "Root", .disabled = clock_.now()}, actor_));
    outside_.add_user("root");
    EXPECT_EQ(mixed_sign_in("root", "outside secret"), SignIn::Outcome::wrong_password);
    EXPECT_EQ(mixed_sign_in("root", good), SignIn::Outcome::disabled);
}

TEST_F(StoresOutside, LetTheNameGoWithTheRole) {
    add("second");
    give("administrators", "user:second");
    outside_.add_user("root");
    ASSERT_TRUE(roles_->take("administrators", {Member::Kind::user, "root"}, actor_));
    EXPECT_EQ(mixed_sign_in("root", good), SignIn::Outcome::wrong_password);
    EXPECT_EQ(mixed_sign_in("root", "outside secret"), SignIn::Outcome::accepted);
}

TEST_F(StoresOutside, ListBothInPagesEachOnce) {
    for (const auto* name : {"adam", "Root", "sam", "zoe"}) outside_.add_user(name, "outside");
    EXPECT_EQ(names({}), (std::vector<std::string>{"adam", "Root", "sam", "zoe"}));
    for (std::size_t size = 1; size <= 5; ++size) {
        SCOPED_TRACE(size);
        std::vector<std::string> all;
        for (std::string after;;) {
            const auto some = names({.after = after, .count_max = size});
            if (some.empty()) break;
            EXPECT_LE(some.size(), size);
            all.insert(all.end(), some.begin(), some.end());
            after = some.back();
        }
        EXPECT_EQ(all, (std::vector<std::string>{"adam", "Root", "sam", "zoe"}));
    }
    EXPECT_EQ(names({.contains = "o"}), (std::vector<std::string>{"Root", "zoe"}));
    EXPECT_EQ(mixed_users_->find("root").value()->full_name, "") << "the own one is listed";
}

TEST_F(StoresOutside, FillAPageThoughAllOfOneOutsideAreHidden) {
    for (const auto* name : {"b1", "b2", "b3"}) {
        add(name);
        give("administrators", std::string{"user:"} + name);
        outside_.add_user(name);
    }
    outside_.add_user("c");
    EXPECT_EQ(names({.after = "a", .count_max = 3}), (std::vector<std::string>{"b1", "b2", "b3"}));
    EXPECT_EQ(names({.after = "b3", .count_max = 3}), (std::vector<std::string>{"c", "Root"}));
}

TEST_F(StoresOutside, GiveEachHisOwnRoles) {
    outside_roles_.roles = {{.name = "administrators", .users = {"root", "bob"}},
                            {.name = "planners", .users = {"root"}}};
    EXPECT_EQ(mixed_roles_->standing("root")->roles, std::vector<std::string>{"administrators"});
    EXPECT_EQ(mixed_roles_->standing("bob")->privilege, Privilege::view);
    EXPECT_EQ(mixed_roles_->standing("bob")->roles, std::vector<std::string>{"administrators"});
}

TEST_F(StoresOutside, ListRolesOfBoth) {
    outside_roles_.roles = {{.name = "planners", .users = {"bob"}}};
    const auto roles = mixed_roles_->list().value();
    ASSERT_EQ(roles.size(), 2U);
    EXPECT_EQ(roles[0].name, "administrators");
    EXPECT_EQ(roles[0].users, std::vector<std::string>{"Root"});
    EXPECT_EQ(roles[1].name, "planners");
}

TEST_F(StoresOutside, ChangeEachWhereHeIs) {
    EXPECT_EQ(mixed_users_->editor(), nullptr) << "the store outside takes no changes";
    EXPECT_EQ(locals_.editor_of("root", *mixed_users_).value(), users_.get());
    EXPECT_EQ(locals_.editor_of("bob", *mixed_users_).value(), nullptr);

    outside_.may_change = true;
    auto* const editor = mixed_users_->editor();
    ASSERT_NE(editor, nullptr);
    ASSERT_TRUE(editor->set_password("root", "a new password", actor_));
    EXPECT_EQ(sign_in("root", "a new password"), SignIn::Outcome::accepted);
    ASSERT_TRUE(editor->add({.name = "bob"}, std::nullopt, actor_));
    ASSERT_TRUE(editor->remove("bob", actor_));
    EXPECT_EQ(outside_.changes, (std::vector<std::string>{"add bob", "remove bob"}));
    EXPECT_EQ(editor->add({.name = "ROOT"}, std::nullopt, actor_).error().kind,
              ErrorKind::conflict);
    EXPECT_EQ(editor->update("bob", {.name = "root"}, actor_).error().kind, ErrorKind::conflict);
}

}  // namespace
}  // namespace rhumb::identity
