#include "identity/administrator_making.h"

#include <optional>

#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/password_hash.h"
#include "identity/embedded_users.h"
#include "identity/trail.h"
#include "identity/user.h"
#include "storage/users.h"

namespace rhumb::identity {

namespace {

/// "administrators", or the first role that may administer.
Result<std::string> role_in(const storage::View& view) {
    TRY(const auto roles, storage::roles(view));
    std::string found;
    for (const auto& role : roles) {
        if (role.privilege != Privilege::administer) continue;
        if (found.empty() || text::iequals(role.name, "administrators")) found = role.name;
    }
    if (found.empty())
        return fail(ErrorKind::conflict,
                    "there is no role that may administer: add one first, `rhumb role add "
                    "administrators --privilege administer`");
    return found;
}

std::string to_text(const std::optional<Seconds>& time) {
    return time ? fmt::format("{}", time->time_since_epoch().count()) : "-";
}

}  // namespace

Result<storage::UserRecord> ready_administrator(storage::Store& store, std::string_view name,
                                                std::string_view full_name,
                                                std::string_view password, Seconds now) {
    TRY_DONE(check_user_name(name));
    TRY_DONE(check_line(full_name, "the full name"));
    TRY_DONE(check_new_password(password, name));
    TRY(const auto cost, password_cost(store));
    TRY(auto hash, crypto::hash_password(password, cost));
    return storage::UserRecord{.name = std::string{name},
                               .full_name = std::string{full_name},
                               .email = {},
                               .description = {},
                               .password = std::move(hash),
                               .password_changed = now,
                               .created = now,
                               .disabled = {},
                               .expires = {}};
}

Result<void> add_administrator(storage::Transaction& transaction, const storage::UserRecord& user,
                               Seconds now, const observe::Actor& actor) {
    TRY(const auto role, role_in(transaction));
    TRY_DONE(storage::add_user(transaction, user));
    TRY_DONE(transaction.add_event(event(actor, now, "user.added", user.name)));
    // A role may be given to a name that nobody has yet.
    TRY(const bool is_new,
        storage::add_membership(
            transaction,
            {.role = role, .kind = storage::Membership::Kind::user, .member = user.name}));
    if (is_new)
        TRY_DONE(transaction.add_event(
            event(actor, now, "role.given", role, fmt::format("to user:{}", user.name))));
    return {};
}

Result<std::string> state_of_user(const storage::View& view, std::string_view name) {
    TRY(const auto user, storage::find_user(view, name));
    if (!user) return std::string{};
    std::vector<std::string> facts{user->name,
                                   user->full_name,
                                   user->email,
                                   user->description,
                                   user->password,
                                   to_text(user->password_changed),
                                   to_text(user->created),
                                   to_text(user->disabled),
                                   to_text(user->expires)};
    TRY(const auto memberships, storage::memberships(view));
    for (const auto& one : memberships)
        if (one.kind == storage::Membership::Kind::user && text::iequals(one.member, name))
            facts.push_back(one.role);
    TRY(const auto digest, crypto::sha256(text::join(facts, "\n")));
    return text::to_hex(digest);
}

Result<void> take_administrator_back(storage::Transaction& transaction, std::string_view name,
                                     Seconds now, const observe::Actor& actor) {
    TRY(const auto user, storage::find_user(transaction, name));
    if (!user) return {};
    TRY_DONE(storage::remove_user(transaction, user->name));
    TRY_DONE(transaction.add_event(event(actor, now, "user.removed", user->name)));
    return {};
}

}  // namespace rhumb::identity
