#include <algorithm>

#include "providers/guard.h"

namespace rhumb::providers {

namespace {

using identity::Actor;
using identity::Page;
using identity::Role;
using identity::SignIn;
using identity::Standing;
using identity::User;

bool has_good_name(const User& user) { return identity::check_user_name(user.name).has_value(); }

/// Names of roles that can be none here, or that nobody is given.
void leave_out_bad(std::vector<std::string>& roles) {
    std::erase_if(roles, [](const auto& role) { return !identity::check_role_name(role); });
}

class Users final : public identity::UserStore, public identity::UserEditor {
public:
    Users(identity::UserStore& users, Guard& guard) : users_{users}, guard_{guard} {}

    std::string name() const override { return guard_.name(); }

    Result<std::optional<User>> find(std::string_view name) const override {
        // What cannot be a name there is no need to ask for.
        if (!identity::check_user_name(name)) return std::optional<User>{};
        const auto ask = [&] { return users_.find(name); };
        TRY(auto found, users_.is_near(name) ? ask() : guard_.run<std::optional<User>>(ask));
        if (found && !has_good_name(*found)) found.reset();
        return found;
    }

    Result<SignIn> sign_in(std::string_view name, std::string_view password) override {
        if (!identity::check_user_name(name)) return SignIn{};
        const auto ask = [&] { return users_.sign_in(name, password); };
        TRY(auto came, users_.is_near(name) ? ask() : guard_.run<SignIn>(ask));
        if (!came.user && came.is_accepted()) return SignIn{};
        if (came.user && !has_good_name(*came.user)) return SignIn{};
        return came;
    }

    Result<std::vector<User>> list(const Page& page) const override {
        TRY(auto users, guard_.run<std::vector<User>>([&] { return users_.list(page); }));
        std::erase_if(users, [](const User& user) { return !has_good_name(user); });
        return users;
    }

    bool is_near(std::string_view name) const override { return users_.is_near(name); }
    identity::UserEditor* editor() override { return users_.editor() == nullptr ? nullptr : this; }

    Result<void> add(const User& user, std::optional<std::string_view> password,
                     const Actor& actor) override {
        return change([&](auto& editor) { return editor.add(user, password, actor); });
    }
    Result<void> update(std::string_view name, const User& user, const Actor& actor) override {
        return change([&](auto& editor) { return editor.update(name, user, actor); });
    }
    Result<void> set_password(std::string_view name, std::optional<std::string_view> password,
                              const Actor& actor) override {
        return change([&](auto& editor) { return editor.set_password(name, password, actor); });
    }
    Result<void> remove(std::string_view name, const Actor& actor) override {
        return change([&](auto& editor) { return editor.remove(name, actor); });
    }

private:
    template <class Change>
    Result<void> change(const Change& change) {
        auto* const editor = users_.editor();
        if (editor == nullptr)
            return fail(ErrorKind::denied, "users are kept in «{}», and changed there",
                        guard_.name());
        return guard_.run<void>([&] { return change(*editor); });
    }

    identity::UserStore& users_;
    Guard& guard_;
};

class Roles final : public identity::RoleStore, public identity::RoleEditor {
public:
    Roles(identity::RoleStore& roles, Guard& guard) : roles_{roles}, guard_{guard} {}

    std::string name() const override { return guard_.name(); }

    Result<std::vector<Role>> list() const override {
        TRY(auto roles, guard_.run<std::vector<Role>>([&] { return roles_.list(); }));
        std::erase_if(roles,
                      [](const Role& role) { return !identity::check_role_name(role.name); });
        for (auto& role : roles) {
            leave_out_bad(role.roles);
            std::erase_if(role.users,
                          [](const auto& user) { return !identity::check_user_name(user); });
        }
        return roles;
    }

    Result<Standing> standing(std::string_view user) const override {
        if (!identity::check_user_name(user)) return Standing{};
        const auto ask = [&] { return roles_.standing(user); };
        TRY(auto standing, roles_.is_near(user) ? ask() : guard_.run<Standing>(ask));
        leave_out_bad(standing.roles);
        return standing;
    }

    bool is_near(std::string_view user) const override { return roles_.is_near(user); }
    identity::RoleEditor* editor() override { return roles_.editor() == nullptr ? nullptr : this; }

    Result<void> add(const Role& role, const Actor& actor) override {
        return change<void>([&](auto& editor) { return editor.add(role, actor); });
    }
    Result<void> update(std::string_view name, const Role& role, const Actor& actor) override {
        return change<void>([&](auto& editor) { return editor.update(name, role, actor); });
    }
    Result<void> remove(std::string_view name, const Actor& actor) override {
        return change<void>([&](auto& editor) { return editor.remove(name, actor); });
    }
    Result<bool> give(std::string_view role, const identity::Member& to,
                      const Actor& actor) override {
        return change<bool>([&](auto& editor) { return editor.give(role, to, actor); });
    }
    Result<bool> take(std::string_view role, const identity::Member& from,
                      const Actor& actor) override {
        return change<bool>([&](auto& editor) { return editor.take(role, from, actor); });
    }

private:
    template <class T, class Change>
    Result<T> change(const Change& change) {
        auto* const editor = roles_.editor();
        if (editor == nullptr)
            return fail(ErrorKind::denied, "roles are kept in «{}», and changed there",
                        guard_.name());
        return guard_.run<T>([&] { return change(*editor); });
    }

    identity::RoleStore& roles_;
    Guard& guard_;
};

class Browser final : public identity::BrowserSignIn {
public:
    Browser(identity::BrowserSignIn& sign_in, Guard& guard) : sign_in_{sign_in}, guard_{guard} {}

    std::string label() const override { return sign_in_.label(); }
    Result<Departure> depart(std::string_view callback, std::string_view return_address) override {
        return guard_.run<Departure>([&] { return sign_in_.depart(callback, return_address); });
    }
    Result<Arrival> arrive(std::string_view callback, std::string_view query,
                           std::string_view state) override {
        return guard_.run<Arrival>([&] { return sign_in_.arrive(callback, query, state); });
    }
    Result<std::string> sign_out_url(std::string_view user, std::string_view after) override {
        return guard_.run<std::string>([&] { return sign_in_.sign_out_url(user, after); });
    }
    Result<std::optional<std::string>> signed_out_there(std::string_view message) override {
        return guard_.run<std::optional<std::string>>(
            [&] { return sign_in_.signed_out_there(message); });
    }

private:
    identity::BrowserSignIn& sign_in_;
    Guard& guard_;
};

}  // namespace

std::unique_ptr<identity::UserStore> guarded(identity::UserStore& users, Guard& guard) {
    return std::make_unique<Users>(users, guard);
}

std::unique_ptr<identity::RoleStore> guarded(identity::RoleStore& roles, Guard& guard) {
    return std::make_unique<Roles>(roles, guard);
}

std::unique_ptr<identity::BrowserSignIn> guarded(identity::BrowserSignIn& sign_in, Guard& guard) {
    return std::make_unique<Browser>(sign_in, guard);
}

}  // namespace rhumb::providers
