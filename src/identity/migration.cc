#include "identity/migration.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "identity/hash_keeper.h"

namespace rhumb::identity {

namespace {

using Act = Migration::Act;
using Step = Migration::Step;

/// More than any store here holds: a place that goes on and on is not followed.
constexpr std::size_t users_max = 1'000'000;
constexpr std::size_t page_size = 500;

Result<std::vector<User>> all_users(const UserStore& store) {
    std::vector<User> all;
    for (std::string after;;) {
        TRY(auto some, store.list({.contains = {}, .after = after, .count_max = page_size}));
        const bool goes_on = some.size() >= page_size && some.back().name != after;
        if (!some.empty()) after = some.back().name;
        std::ranges::move(some, std::back_inserter(all));
        if (!goes_on) return all;
        if (all.size() > users_max)
            return fail(ErrorKind::too_large, "«{}» has more than {} users", store.name(),
                        users_max);
    }
}

template <class Item>
std::map<std::string, Item> by_name(std::vector<Item> items) {
    std::map<std::string, Item> map;
    for (auto& item : items) map.emplace(text::to_lower(item.name), std::move(item));
    return map;
}

bool has_name(const std::vector<std::string>& names, std::string_view wanted) {
    return std::ranges::any_of(names, [&](const auto& one) { return text::iequals(one, wanted); });
}

/// What the target would be told anew; "" for nothing.
std::string differences(const User& there, const User& user) {
    std::vector<std::string> all;
    if (there.full_name != user.full_name) all.emplace_back("full name");
    if (there.email != user.email) all.emplace_back("e-mail");
    if (there.description != user.description) all.emplace_back("description");
    if (there.disabled.has_value() != user.disabled.has_value())
        all.emplace_back(user.disabled ? "disabled" : "enabled");
    if (there.expires != user.expires) all.emplace_back("expiry");
    return text::join(all, ", ");
}

class Planner {
public:
    Planner(UserStore* from_users, RoleStore* from_roles, UserStore* to_users, RoleStore* to_roles,
            const MigrationWish& wish)
        : from_users_{from_users},
          from_roles_{from_roles},
          to_users_{to_users},
          to_roles_{to_roles},
          wish_{wish} {}

    Result<Migration> plan() {
        if (wish_.users) TRY_DONE(plan_users());
        if (wish_.roles) TRY_DONE(plan_roles());
        return std::move(migration_);
    }

private:
    Step& add_step(Act act, Member::Kind kind, std::string name, std::string detail = {}) {
        auto& step = migration_.steps.emplace_back();
        step.act = act;
        step.what = {kind, std::move(name)};
        step.to = step.what.name;
        step.detail = std::move(detail);
        return step;
    }

    /// What it is called there; nothing when it stays away, with a step that says why.
    std::optional<std::string> name_there(Member::Kind kind, const std::string& name) {
        auto to = wish_.names == nullptr ? std::optional{name} : wish_.names->find(kind, name);
        if (!to) {
            add_step(Act::leave, kind, name, "the map leaves it out");
            return {};
        }
        const auto is_good =
            kind == Member::Kind::user ? check_user_name(*to) : check_role_name(*to);
        if (!is_good) {
            add_step(Act::leave, kind, name, is_good.error().message);
            return {};
        }
        return to;
    }

    Result<void> plan_users() {
        TRY_DONE(check_sides(from_users_, to_users_, "users"));
        TRY(const auto users, all_users(*from_users_));
        TRY(auto there, all_users(*to_users_));
        const auto known = by_name(std::move(there));
        std::set<std::string> taken;
        for (const auto& user : users) TRY_DONE(plan_user(user, known, taken));
        return {};
    }

    template <class Store>
    Result<void> check_sides(Store* from, Store* to, std::string_view what) {
        if (from == nullptr || to == nullptr)
            return fail(ErrorKind::invalid, "{} keeps no {}",
                        from == nullptr ? "the place they come from" : "the other place", what);
        migration_.from = from->name();
        migration_.to = to->name();
        if (to->editor() == nullptr)
            return fail(ErrorKind::denied, "{} of «{}» are changed there, not from here", what,
                        to->name());
        return {};
    }

    Result<void> plan_user(const User& user, const std::map<std::string, User>& known,
                           std::set<std::string>& taken) {
        constexpr auto kind = Member::Kind::user;
        if (has_name(wish_.staying, user.name)) {
            add_step(Act::leave, kind, user.name, "a local administrator, who stays");
            return {};
        }
        const auto to = name_there(kind, user.name);
        if (!to) return {};
        if (has_name(wish_.staying, *to)) {
            add_step(Act::leave, kind, user.name, "a local administrator has that name").to = *to;
            return {};
        }
        if (!taken.insert(text::to_lower(*to)).second) {
            add_step(Act::leave, kind, user.name, "another one would have the same name").to = *to;
            return {};
        }
        const auto there = known.find(text::to_lower(*to));
        return there == known.end() ? plan_new(user, *to) : plan_known(user, there->second);
    }

    Result<void> plan_new(const User& user, const std::string& to) {
        Step step{.act = Act::add, .what = {Member::Kind::user, user.name}, .to = to};
        step.user = user;
        step.user.name = to;
        TRY_DONE(take_hash(user, step));
        migration_.steps.push_back(std::move(step));
        return {};
    }

    Result<void> plan_known(const User& user, const User& there) {
        const auto words = differences(there, user);
        if (words.empty() || !wish_.changes_known) {
            auto detail = words.empty() ? std::string{"is there already"}
                                        : fmt::format("is there already, with another {}", words);
            add_step(Act::leave, Member::Kind::user, user.name, std::move(detail)).to = there.name;
            return {};
        }
        auto& step = add_step(Act::change, Member::Kind::user, user.name, words);
        step.to = there.name;
        step.user = user;
        step.user.name = there.name;
        return {};
    }

    /// The password goes along where both places know what its hash is.
    Result<void> take_hash(const User& user, Step& step) const {
        const auto* const keeper = dynamic_cast<const HashKeeper*>(from_users_);
        const bool can_put = dynamic_cast<const HashKeeper*>(to_users_) != nullptr;
        if (keeper == nullptr || !can_put) {
            step.detail = "without a password: it cannot be taken along";
            return {};
        }
        TRY(auto hash, keeper->hash_of(user.name));
        if (hash.empty()) {
            step.detail = "has no password";
        } else if (const auto good = check_moved_hash(hash, user.name); !good) {
            step.detail = "without a password: " + good.error().message;
        } else {
            step.detail = "with the password";
            step.hash = std::move(hash);
        }
        return {};
    }

    Result<void> plan_roles() {
        TRY_DONE(check_sides(from_roles_, to_roles_, "roles"));
        TRY(const auto roles, from_roles_->list());
        TRY(auto there, to_roles_->list());
        auto known = by_name(std::move(there));
        std::vector<std::pair<const Role*, std::string>> going;  // and what they are called there
        for (const auto& role : roles)
            if (auto to = plan_role(role, known)) going.emplace_back(&role, *std::move(to));
        for (const auto& [role, to] : going) plan_members(*role, to, known);
        return {};
    }

    std::optional<std::string> plan_role(const Role& role, std::map<std::string, Role>& known) {
        constexpr auto kind = Member::Kind::role;
        const auto to = name_there(kind, role.name);
        if (!to) return {};
        const auto there = known.find(text::to_lower(*to));
        if (there != known.end()) {
            add_step(Act::leave, kind, role.name,
                     there->second.privilege == role.privilege
                         ? std::string{"is there already"}
                         : fmt::format("is there already, with the privilege {}",
                                       to_text(there->second.privilege)))
                .to = there->second.name;
            return there->second.name;
        }
        auto& step = add_step(Act::add, kind, role.name);
        step.to = *to;
        step.role = {.name = *to, .description = role.description, .privilege = role.privilege};
        if (role.privilege != Privilege::view && !wish_.keeps_privileges) {
            // It is said by the configuration there.
            step.detail = fmt::format(
                "may {0} here; there, name it among {1} of the provider", to_text(role.privilege),
                role.privilege == Privilege::administer ? "administrators" : "publishers");
            step.role.privilege = Privilege::view;
        } else if (role.privilege != Privilege::view) {
            step.detail = fmt::format("may {}", to_text(role.privilege));
        }
        known.emplace(text::to_lower(*to), step.role);
        return *to;
    }

    void plan_members(const Role& role, const std::string& to, std::map<std::string, Role>& known) {
        for (const auto& user : role.users)
            if (!has_name(wish_.staying, user)) plan_member({Member::Kind::user, user}, to, known);
        for (const auto& other : role.roles) plan_member({Member::Kind::role, other}, to, known);
    }

    void plan_member(const Member& member, const std::string& to,
                     std::map<std::string, Role>& known) {
        const auto named = wish_.names == nullptr ? std::optional{member.name}
                                                  : wish_.names->find(member.kind, member.name);
        if (!named) return;
        auto& role = known.find(text::to_lower(to))->second;
        auto& members = member.kind == Member::Kind::user ? role.users : role.roles;
        if (has_name(members, *named)) return;
        auto& step = add_step(Act::add, member.kind, member.name);
        step.is_membership = true;
        step.to = to;
        step.member = {member.kind, *named};
        if (member.kind == Member::Kind::role && !known.contains(text::to_lower(*named)))
            leave(step, "the other place has no such role");
        else if (member.kind == Member::Kind::role && reaches(known, to, *named))
            leave(step, "they would be members of each other in a circle");
        else if (const auto good = check_user_name(*named); !good)
            leave(step, good.error().message);
        else
            members.push_back(*named);
    }

    static void leave(Step& step, std::string why) {
        step.act = Act::leave;
        step.detail = std::move(why);
    }

    /// True when `from` is `to`, or a member of it by roles of roles.
    static bool reaches(const std::map<std::string, Role>& known, std::string_view from,
                        std::string_view to) {
        std::vector<std::string> left{text::to_lower(to)};
        std::set<std::string> seen;
        while (!left.empty()) {
            const auto name = left.back();
            left.pop_back();
            if (text::iequals(name, from)) return true;
            if (!seen.insert(name).second) continue;
            const auto role = known.find(name);
            if (role == known.end()) continue;
            for (const auto& below : role->second.roles) left.push_back(text::to_lower(below));
        }
        return false;
    }

    UserStore* from_users_;
    RoleStore* from_roles_;
    UserStore* to_users_;
    RoleStore* to_roles_;
    const MigrationWish& wish_;
    Migration migration_;
};

Result<void> do_user(const Step& step, UserStore& users, const Actor& actor) {
    auto& editor = *users.editor();
    if (step.act == Act::change) return editor.update(step.to, step.user, actor);
    TRY_DONE(editor.add(step.user, std::nullopt, actor));
    if (step.hash.empty()) return {};
    auto* const keeper = dynamic_cast<HashKeeper*>(&users);
    if (keeper == nullptr)
        return fail(ErrorKind::internal, "«{}» does not take hashes", users.name());
    return keeper->put_hash(step.to, step.hash,
                            step.user.password_changed.value_or(step.user.created), actor);
}

Result<void> do_step(const Step& step, UserStore* users, RoleStore* roles, const Actor& actor) {
    if (step.is_membership) {
        TRY_DONE(roles->editor()->give(step.to, step.member, actor));
        return {};
    }
    if (step.what.kind == Member::Kind::role) return roles->editor()->add(step.role, actor);
    return do_user(step, *users, actor);
}

}  // namespace

std::size_t Migration::count(Act act) const {
    return static_cast<std::size_t>(std::ranges::count(steps, act, &Step::act));
}

Result<Migration> plan_migration(UserStore* from_users, RoleStore* from_roles, UserStore* to_users,
                                 RoleStore* to_roles, const MigrationWish& wish) {
    return Planner{from_users, from_roles, to_users, to_roles, wish}.plan();
}

Result<void> carry_out_migration(const Migration& migration, UserStore* users, RoleStore* roles,
                                 const Actor& actor,
                                 const std::function<void(std::size_t)>& progress) {
    std::size_t done = 0;
    for (const auto& step : migration.steps) {
        if (step.act != Act::leave) {
            if (auto went = do_step(step, users, roles, actor); !went)
                return tl::unexpected(std::move(went).error().within(fmt::format(
                    "{} of «{}», to «{}»", to_text(step.what), migration.from, migration.to)));
        }
        progress(++done);
    }
    return {};
}

}  // namespace rhumb::identity
