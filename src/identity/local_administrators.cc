#include "identity/local_administrators.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace rhumb::identity {

Result<bool> LocalAdministrators::is_one(std::string_view name) const {
    if (!check_user_name(name)) return false;
    TRY(const auto user, users_.find(name));
    if (!user) return false;
    TRY(const auto standing, roles_.standing(user->name));
    return standing.privilege == Privilege::administer;
}

Result<std::vector<User>> LocalAdministrators::list() const {
    TRY(const auto roles, roles_.list());
    TRY(auto users, users_.list({.count_max = std::numeric_limits<std::int32_t>::max()}));
    std::erase_if(users, [&roles](const User& user) {
        return standing_by(roles, user.name).privilege != Privilege::administer;
    });
    return users;
}

Result<std::vector<std::string>> LocalAdministrators::hiding(const UserStore& outside) const {
    TRY(const auto all, list());
    std::vector<std::string> hiding;
    for (const auto& user : all) {
        TRY(const auto other, outside.find(user.name));
        if (other) hiding.push_back(user.name);
    }
    return hiding;
}

Result<UserEditor*> LocalAdministrators::editor_of(std::string_view name, UserStore& store) const {
    TRY(const bool is_local, is_one(name));
    return is_local ? users_.editor() : store.editor();
}

namespace {

bool comes_before(const User& a, const User& b) {
    return text::to_lower(a.name) < text::to_lower(b.name);
}

bool has(std::string_view text, std::string_view part) {
    return text::to_lower(text).find(text::to_lower(part)) != std::string::npos;
}

class Users final : public UserStore, public UserEditor {
public:
    Users(const LocalAdministrators& locals, UserStore& outside)
        : locals_{locals}, outside_{outside} {}

    std::string name() const override { return outside_.name(); }

    Result<std::optional<User>> find(std::string_view name) const override {
        TRY(const bool is_local, locals_.is_one(name));
        if (is_local) return locals_.users().find(name);
        TRY(auto found, outside_.find(name));
        TRY(const bool is_false, pretends(found));
        if (is_false) found.reset();
        return found;
    }

    Result<SignIn> sign_in(std::string_view name, std::string_view password) override {
        TRY(const bool is_local, locals_.is_one(name));
        if (is_local) return locals_.users().sign_in(name, password);
        TRY(auto came, outside_.sign_in(name, password));
        TRY(const bool is_false, pretends(came.user));
        if (is_false) return SignIn{};
        return came;
    }

    Result<std::vector<User>> list(const Page& page) const override {
        TRY(auto locals, locals_.list());
        const auto is_local = [names = names_of(locals)](const User& user) {
            return std::ranges::binary_search(names, text::to_lower(user.name));
        };
        std::erase_if(locals, [&page](const User& user) {
            return text::to_lower(user.name) <= text::to_lower(page.after) ||
                   !(has(user.name, page.contains) || has(user.full_name, page.contains));
        });
        std::vector<User> users;
        auto rest = page;
        while (users.size() < page.count_max) {
            TRY(auto next, outside_.list(rest));
            const bool goes_on = next.size() >= rest.count_max && next.back().name != rest.after;
            if (goes_on) rest.after = next.back().name;
            std::erase_if(next, is_local);
            std::ranges::move(next, std::back_inserter(users));
            if (!goes_on) break;
        }
        // Of those outside there are enough to fill the page: which of all come first is decided
        // among these.
        std::ranges::move(locals, std::back_inserter(users));
        std::ranges::stable_sort(users, comes_before);
        if (users.size() > page.count_max) users.resize(page.count_max);
        return users;
    }

    UserEditor* editor() override { return outside_.editor() == nullptr ? nullptr : this; }

    bool is_near(std::string_view name) const override {
        return locals_.is_one(name).value_or(false) || outside_.is_near(name);
    }

    Result<void> add(const User& user, std::optional<std::string_view> password,
                     const Actor& actor) override {
        TRY_DONE(refuse_local_name(user.name));
        TRY(auto* const editor, editor_of(""));
        return editor->add(user, password, actor);
    }
    Result<void> update(std::string_view name, const User& user, const Actor& actor) override {
        if (!text::iequals(name, user.name)) TRY_DONE(refuse_local_name(user.name));
        TRY(auto* const editor, editor_of(name));
        return editor->update(name, user, actor);
    }
    Result<void> set_password(std::string_view name, std::optional<std::string_view> password,
                              const Actor& actor) override {
        TRY(auto* const editor, editor_of(name));
        return editor->set_password(name, password, actor);
    }
    Result<void> remove(std::string_view name, const Actor& actor) override {
        TRY(auto* const editor, editor_of(name));
        return editor->remove(name, actor);
    }

private:
    static std::vector<std::string> names_of(const std::vector<User>& users) {
        std::vector<std::string> names;
        names.reserve(users.size());
        for (const auto& user : users) names.push_back(text::to_lower(user.name));
        std::ranges::sort(names);
        return names;
    }

    /// Somebody from outside under the name of a local administrator, whatever was asked for.
    Result<bool> pretends(const std::optional<User>& user) const {
        if (!user) return false;
        return locals_.is_one(user->name);
    }

    Result<void> refuse_local_name(std::string_view name) const {
        TRY(const bool is_local, locals_.is_one(name));
        if (is_local)
            return fail(ErrorKind::conflict,
                        "«{}» is a local administrator, who hides whoever has that name elsewhere",
                        name);
        return {};
    }

    Result<UserEditor*> editor_of(std::string_view name) const {
        TRY(auto* const editor, locals_.editor_of(name, outside_));
        if (editor == nullptr)
            return fail(ErrorKind::denied, "users are kept in «{}», and changed there",
                        outside_.name());
        return editor;
    }

    LocalAdministrators locals_;
    UserStore& outside_;
};

class Roles final : public RoleStore {
public:
    Roles(const LocalAdministrators& locals, RoleStore& outside)
        : locals_{locals}, outside_{outside} {}

    std::string name() const override { return outside_.name(); }

    Result<std::vector<Role>> list() const override {
        TRY(auto roles, outside_.list());
        TRY(const auto administrators, locals_.list());
        TRY(const auto own, locals_.roles().list());
        for (const auto& user : administrators)
            for (const auto& name : standing_by(own, user.name).roles)
                add_holder(roles, own, name, user.name);
        std::ranges::stable_sort(roles, {},
                                 [](const Role& role) { return text::to_lower(role.name); });
        return roles;
    }

    Result<Standing> standing(std::string_view user) const override {
        TRY(const bool is_local, locals_.is_one(user));
        return is_local ? locals_.roles().standing(user) : outside_.standing(user);
    }

    RoleEditor* editor() override { return outside_.editor(); }

    bool is_near(std::string_view user) const override {
        return locals_.is_one(user).value_or(false) || outside_.is_near(user);
    }

private:
    /// `roles` then has the own role of that name, with this holder.
    static void add_holder(std::vector<Role>& roles, const std::vector<Role>& own,
                           std::string_view name, const std::string& holder) {
        const auto has_name = [name](const Role& role) { return text::iequals(role.name, name); };
        auto role = std::ranges::find_if(roles, has_name);
        if (role == roles.end()) {
            const auto model = std::ranges::find_if(own, has_name);
            roles.push_back({.name = model->name,
                             .description = model->description,
                             .privilege = model->privilege});
            role = std::prev(roles.end());
        }
        role->users.push_back(holder);
    }

    LocalAdministrators locals_;
    RoleStore& outside_;
};

}  // namespace

std::unique_ptr<UserStore> with_local_administrators(const LocalAdministrators& locals,
                                                     UserStore& outside) {
    return std::make_unique<Users>(locals, outside);
}

std::unique_ptr<RoleStore> with_local_administrators(const LocalAdministrators& locals,
                                                     RoleStore& outside) {
    return std::make_unique<Roles>(locals, outside);
}

}  // namespace rhumb::identity
