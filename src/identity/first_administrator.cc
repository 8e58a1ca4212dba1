#include "identity/first_administrator.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/secret.h"
#include "identity/administrators.h"
#include "identity/readable_code.h"
#include "identity/trail.h"

namespace rhumb::identity {

namespace {

/// "digest until", both as text.
constexpr std::string_view setting = "first-administrator";
constexpr std::size_t code_groups = 7;  // 140 bits

struct Kept {
    std::string digest;
    Seconds until{};
};

Result<std::optional<Kept>> find_kept(const storage::View& view, Seconds now) {
    TRY(const auto text, view.find_setting(setting));
    if (!text) return std::optional<Kept>{};
    const auto parts = text::split(*text, ' ');
    const auto until = parts.size() == 2 ? text::to_integer(parts[1]) : std::nullopt;
    if (!until) return std::optional<Kept>{};
    Kept kept{std::string{parts[0]}, Seconds{std::chrono::seconds{*until}}};
    // Also after a clock was set back: no code counts for longer than it was made for.
    if (now >= kept.until || kept.until - now > first_code_life) return std::optional<Kept>{};
    return std::optional{std::move(kept)};
}

Result<void> note(storage::Transaction& transaction, Seconds now, const Actor& actor,
                  std::string_view what, std::string_view subject) {
    TRY_DONE(transaction.add_event(event(actor, now, what, subject)));
    return {};
}

/// The setting as it was, which is gone then; `denied` when that is not its code.
Result<std::string> claim(storage::Store& store, Seconds now, std::string_view code) {
    const auto wrong = [] {
        return fail(ErrorKind::denied,
                    "that is not the code, or it counts no more: `rhumb user first-code`, on the "
                    "machine itself, makes a new one");
    };
    const auto digest = digest_of_code(code);
    return store.transact([&](storage::Transaction& transaction) -> Result<std::string> {
        TRY(const bool has_one, has_administrator(transaction, now));
        TRY(const auto kept, find_kept(transaction, now));
        const bool is_right =
            digest && kept && crypto::equal_in_constant_time(*digest, kept->digest);
        if (has_one || !is_right) return wrong();
        TRY(auto text, transaction.find_setting(setting));
        TRY_DONE(transaction.remove_setting(setting));
        return text.value_or("");
    });
}

/// "administrators", or the first role that may administer.
Result<std::string> role_for(const RoleStore& roles) {
    TRY(const auto all, roles.list());
    std::string found;
    for (const auto& role : all) {
        if (role.privilege != Privilege::administer) continue;
        if (found.empty() || text::iequals(role.name, "administrators")) found = role.name;
    }
    if (found.empty())
        return fail(ErrorKind::conflict,
                    "there is no role that may administer: add one first, `rhumb role add "
                    "administrators --privilege administer`");
    return found;
}

Result<void> add(const LocalAdministrators& locals, const FirstAdministrator& wanted,
                 const Actor& actor) {
    auto* const users = locals.users().editor();
    auto* const roles = locals.roles().editor();
    if (users == nullptr || roles == nullptr)
        return fail(ErrorKind::internal, "the own store of users or roles cannot be changed");
    TRY(const auto role, role_for(locals.roles()));
    TRY_DONE(users->add({.name = std::string{wanted.name}}, wanted.password, actor));
    TRY_DONE(roles->give(role, {Member::Kind::user, std::string{wanted.name}}, actor));
    return {};
}

}  // namespace

Result<bool> wants_first_administrator(const storage::Store& store, Seconds now) {
    return store.read([now](const storage::View& view) -> Result<bool> {
        TRY(const bool has_one, has_administrator(view, now));
        return !has_one;
    });
}

Result<std::string> make_first_code(storage::Store& store, Seconds now, const Actor& actor) {
    TRY(auto code, make_readable_code(code_groups));
    TRY(const auto digest, digest_of_code(code));
    const auto until = (now + first_code_life).time_since_epoch().count();
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const bool has_one, has_administrator(transaction, now));
        if (has_one)
            return fail(ErrorKind::conflict,
                        "there is somebody who may administer: sign in as that user, or give "
                        "another the role (rhumb role give administrators --to user:NAME)");
        TRY_DONE(transaction.put_setting(setting, fmt::format("{} {}", digest, until)));
        return note(transaction, now, actor, "first-administrator.code-made", "");
    }));
    return code;
}

Result<bool> has_first_code(const storage::Store& store, Seconds now) {
    return store.read([now](const storage::View& view) -> Result<bool> {
        TRY(const bool has_one, has_administrator(view, now));
        TRY(const auto kept, find_kept(view, now));
        return !has_one && kept.has_value();
    });
}

Result<void> add_first_administrator(People& people, const LocalAdministrators& locals,
                                     storage::Store& store, Seconds now,
                                     const FirstAdministrator& wanted, std::string_view from) {
    TRY_DONE(check_user_name(wanted.name));
    TRY_DONE(check_new_password(wanted.password, wanted.name));
    // Claimed first, so that it makes one administrator, however many send it at once.
    TRY(const auto kept, claim(store, now, wanted.code));
    const auto added =
        add(locals, wanted, {.who = std::string{wanted.name}, .from = std::string{from}});
    people.forget();
    return store
        .transact([&](storage::Transaction& transaction) -> Result<void> {
            if (!added) {
                TRY_DONE(transaction.put_setting(setting, kept));
                return {};
            }
            return note(transaction, now, {std::string{wanted.name}, std::string{from}},
                        "first-administrator.added", wanted.name);
        })
        .and_then([&]() -> Result<void> { return added; });
}

}  // namespace rhumb::identity
