#include "providers/sql_users.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/crypt_hash.h"
#include "identity/embedded_users.h"
#include "identity/token_revocation.h"
#include "storage/second_factors.h"
#include "storage/sessions.h"
#include "storage/users.h"

namespace rhumb::providers {

namespace {

using identity::Actor;
using identity::SignIn;
using identity::User;

bool is_good(crypto::HashForm form) {
    return form == crypto::HashForm::argon2id || form == crypto::HashForm::crypt;
}

User to_user(storage::UserRecord record) {
    return {.name = std::move(record.name),
            .full_name = to_line(std::move(record.full_name)),
            .email = to_line(std::move(record.email)),
            .description = to_line(std::move(record.description)),
            .has_password = is_good(crypto::form_of_hash(record.password)),
            .password_changed = record.password_changed,
            .created = record.created,
            .disabled = record.disabled,
            .expires = record.expires};
}

storage::UserRecord to_record(const User& user) {
    storage::UserRecord record;
    record.name = user.name;
    record.full_name = user.full_name;
    record.email = user.email;
    record.description = user.description;
    record.disabled = user.disabled;
    record.expires = user.expires;
    return record;
}

Result<void> check(const User& user) {
    TRY_DONE(identity::check_user_name(user.name));
    TRY_DONE(identity::check_line(user.full_name, "the full name"));
    TRY_DONE(identity::check_line(user.email, "the e-mail address"));
    return identity::check_line(user.description, "the description");
}

/// Who had the password, or was that user, has nothing of it any more.
Result<void> end_all(storage::Transaction& transaction, const std::string& user, Seconds now) {
    TRY_DONE(identity::revoke_tokens_of(transaction, user, now));
    TRY_DONE(storage::remove_sessions_of(transaction, user));
    return {};
}

/// Whoever gets the name next begins without the second factor. That of a user of our own, who has
/// the name too, stays.
Result<void> forget(storage::Transaction& transaction, const std::string& user, Seconds now) {
    TRY_DONE(end_all(transaction, user, now));
    TRY(const auto own, storage::find_user(transaction, user));
    if (!own) TRY_DONE(storage::remove_second_factor(transaction, user));
    return {};
}

/// What differs, for the audit trail.
std::string differences(const storage::UserRecord& before, const User& after) {
    std::vector<std::string> all;
    if (before.name != after.name) all.push_back(fmt::format("name: now {}", after.name));
    if (before.full_name != after.full_name) all.emplace_back("full name");
    if (before.email != after.email) all.emplace_back("e-mail address");
    if (before.description != after.description) all.emplace_back("description");
    if (before.disabled.has_value() != after.disabled.has_value())
        all.emplace_back(after.disabled ? "disabled" : "enabled");
    if (before.expires != after.expires) all.emplace_back("expiry");
    return text::join(all, ", ");
}

}  // namespace

Result<std::optional<storage::UserRecord>> SqlUsers::find_record(std::string_view name) const {
    if (!identity::check_user_name(name)) return std::nullopt;
    return parts_.named(parts_.accounts->find_user(name));
}

Result<storage::UserRecord> SqlUsers::get(std::string_view name) const {
    TRY(auto found, find_record(name));
    if (!found)
        return fail(ErrorKind::not_found, "there is no user «{}» in {}", name,
                    parts_.provider.name);
    return *std::move(found);
}

Result<std::optional<User>> SqlUsers::find(std::string_view name) const {
    TRY(auto record, find_record(name));
    if (!record) return std::nullopt;
    return to_user(*std::move(record));
}

Result<std::vector<User>> SqlUsers::list(const identity::Page& page) const {
    std::vector<User> all;
    auto next = page;
    // A page may shrink by names that cannot be names; the next rows take their place.
    constexpr int pages_max = 50;
    for (int i = 0; i < pages_max; ++i) {
        TRY(auto records, parts_.named(parts_.accounts->users(next)));
        const bool is_last = records.size() < next.count_max;
        if (!records.empty()) next.after = records.back().name;
        for (auto& record : records)
            if (identity::check_user_name(record.name) && all.size() < page.count_max)
                all.push_back(to_user(std::move(record)));
        if (is_last || all.size() >= page.count_max) break;
    }
    return all;
}

Result<crypto::HashCost> SqlUsers::cost() const {
    const std::lock_guard lock{mutex_};
    if (!cost_) {
        TRY(cost_, identity::password_cost(parts_.surroundings.store));
    }
    return *cost_;
}

Result<std::string> SqlUsers::decoy() const {
    {
        const std::lock_guard lock{mutex_};
        if (!seen_hash_.empty()) return seen_hash_;
    }
    TRY(const auto cost, this->cost());
    return crypto::nobodys_hash(cost);
}

void SqlUsers::learn(const std::string& hash) {
    const std::lock_guard lock{mutex_};
    seen_hash_ = hash;
}

void SqlUsers::warn_of_form(const std::string& user) {
    {
        const std::lock_guard lock{mutex_};
        if (std::exchange(has_warned_, true)) return;
    }
    parts_.surroundings.log.warning(
        "providers",
        "{}: the password of «{}» is kept in a form that is not looked at (plain text, MD5, SHA-1, "
        "or too costly): nobody gets in by it. Remedy: keep hashes of bcrypt ($2b$), SHA-512 "
        "($6$), yescrypt ($y$) or Argon2id there",
        parts_.provider.name, user);
}

Result<SignIn> SqlUsers::sign_in(std::string_view name, std::string_view password) {
    TRY(auto record, find_record(name));
    const auto form = record ? crypto::form_of_hash(record->password) : crypto::HashForm::none;
    const bool can_be_right = is_good(form);
    // Whoever it is, one hash is made: the time tells nothing.
    auto hash = can_be_right ? record->password : std::string{};
    if (!can_be_right) {
        TRY(hash, decoy());
    }
    TRY(const bool is_right, crypto::is_password_of_any(hash, password));
    if (can_be_right) learn(hash);
    if (record && !can_be_right && form != crypto::HashForm::none) warn_of_form(record->name);
    SignIn result;
    if (!record) return result;
    result.user = to_user(*std::move(record));
    const auto now = parts_.surroundings.clock.now();
    if (!can_be_right || !is_right)
        result.outcome = SignIn::Outcome::wrong_password;
    else if (result.user->disabled)
        result.outcome = SignIn::Outcome::disabled;
    else if (!result.user->is_active(now))
        result.outcome = SignIn::Outcome::expired;
    else
        result.outcome = SignIn::Outcome::accepted;
    return result;
}

Result<std::string> SqlUsers::hash_password(std::optional<std::string_view> password,
                                            std::string_view user) const {
    if (!password) return std::string{};
    TRY_DONE(identity::check_new_password(*password, user));
    TRY(const auto cost, this->cost());
    return crypto::hash_password(*password, cost);
}

Result<void> SqlUsers::add(const User& user, std::optional<std::string_view> password,
                           const Actor& actor) {
    TRY_DONE(check(user));
    auto record = to_record(user);
    TRY(record.password, hash_password(password, user.name));
    record.created = parts_.surroundings.clock.now();
    if (password) record.password_changed = record.created;
    return parts_.named(
        parts_.accounts->add_user(record, parts_.recorded(actor, "user.added", user.name)));
}

Result<void> SqlUsers::update(std::string_view name, const User& user, const Actor& actor) {
    TRY_DONE(check(user));
    TRY(const auto before, get(name));
    // What else is known of somebody (a second factor, rules) goes by the name.
    if (!text::iequals(before.name, user.name))
        return fail(ErrorKind::conflict,
                    "«{}» of {} cannot be renamed: add «{}», and remove the other", before.name,
                    parts_.provider.name, user.name);
    const auto detail = differences(before, user);
    if (detail.empty()) return {};
    return parts_.named(parts_.accounts->update_user(
        before.name, to_record(user), parts_.recorded(actor, "user.changed", before.name, detail)));
}

Result<void> SqlUsers::put(std::string_view name, std::string_view hash, Seconds changed,
                           const Actor& actor, std::string detail) {
    TRY(const auto user, get(name));
    const auto end = [&](storage::Transaction& transaction, Seconds now) {
        return end_all(transaction, user.name, now);
    };
    return parts_.named(parts_.accounts->set_password(
        user.name, hash, changed,
        parts_.recorded(actor, "user.password-changed", user.name, std::move(detail), end)));
}

Result<void> SqlUsers::set_password(std::string_view name, std::optional<std::string_view> password,
                                    const Actor& actor) {
    TRY(const auto hash, hash_password(password, name));
    return put(name, hash, parts_.surroundings.clock.now(), actor,
               password ? "" : "it has none now");
}

Result<void> SqlUsers::remove(std::string_view name, const Actor& actor) {
    TRY(const auto user, get(name));
    const auto end = [&](storage::Transaction& transaction, Seconds now) {
        return forget(transaction, user.name, now);
    };
    return parts_.named(parts_.accounts->remove_user(
        user.name, parts_.recorded(actor, "user.removed", user.name, {}, end)));
}

Result<std::string> SqlUsers::hash_of(std::string_view user) const {
    TRY(const auto record, get(user));
    return record.password;
}

Result<void> SqlUsers::put_hash(std::string_view user, std::string_view hash, Seconds changed,
                                const Actor& actor) {
    if (!parts_.accounts->is_ours())
        return fail(ErrorKind::invalid, "{}: its tables are not changed from here",
                    parts_.provider.name);
    if (!hash.empty() && !is_good(crypto::form_of_hash(hash)))
        return fail(ErrorKind::invalid, "the hash of «{}» is of a form that is not looked at",
                    user);
    return put(user, hash, changed, actor, "moved from another store");
}

}  // namespace rhumb::providers
