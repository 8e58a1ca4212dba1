#include "identity/embedded_users.h"

#include <charconv>

#include "base/text.h"
#include "crypto/crypt_hash.h"
#include "identity/administrators.h"
#include "identity/token_revocation.h"
#include "identity/trail.h"
#include "storage/sessions.h"

namespace rhumb::identity {

namespace {

constexpr std::string_view cost_setting = "password-cost";
constexpr std::chrono::milliseconds wanted_time{250};

User to_user(const storage::UserRecord& record) {
    return {.name = record.name,
            .full_name = record.full_name,
            .email = record.email,
            .description = record.description,
            .has_password = !record.password.empty(),
            .password_changed = record.password_changed,
            .created = record.created,
            .disabled = record.disabled,
            .expires = record.expires};
}

Result<void> check(const User& user) {
    TRY_DONE(check_user_name(user.name));
    TRY_DONE(check_line(user.full_name, "the full name"));
    TRY_DONE(check_line(user.email, "the e-mail address"));
    return check_line(user.description, "the description");
}

Result<storage::UserRecord> get(const storage::View& view, std::string_view name) {
    TRY(auto found, storage::find_user(view, name));
    if (!found) return fail(ErrorKind::not_found, "there is no user «{}»", name);
    return *std::move(found);
}

/// What differs, for the audit trail: "full name, disabled".
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

std::optional<crypto::HashCost> to_cost(const std::string& text) {
    const auto parts = text::split(text, ' ');
    if (parts.size() != 2) return {};
    const auto passes = text::to_integer(parts[0]);
    const auto memory = text::to_integer(parts[1]);
    if (!passes || !memory || *passes < 1 || *memory < 8192) return {};
    return crypto::HashCost{static_cast<std::uint64_t>(*passes),
                            static_cast<std::uint64_t>(*memory)};
}

}  // namespace

std::string_view to_text(SignIn::Outcome outcome) {
    using enum SignIn::Outcome;
    switch (outcome) {
        case accepted: return "accepted";
        case no_such_user: return "no such user";
        case wrong_password: return "wrong password";
        case disabled: return "disabled";
        case expired: return "expired";
        case elsewhere: return "signs in at the page of the store";
    }
    return "";
}

Result<crypto::HashCost> password_cost(storage::Store& store) {
    TRY(const auto kept,
        store.read([](const storage::View& view) { return view.find_setting(cost_setting); }));
    if (kept)
        if (const auto cost = to_cost(*kept)) return *cost;
    TRY(const auto cost, crypto::measure_hash_cost(wanted_time));
    TRY_DONE(store.transact([&](storage::Transaction& transaction) {
        return transaction.put_setting(cost_setting,
                                       fmt::format("{} {}", cost.passes, cost.memory_bytes));
    }));
    return cost;
}

EmbeddedUsers::EmbeddedUsers(storage::Store& store, const Clock& clock,
                             std::optional<Hashing> hashing)
    : store_{store}, clock_{clock}, hashing_{std::move(hashing)} {}

Result<EmbeddedUsers::Hashing> EmbeddedUsers::make_hashing(const crypto::HashCost& cost) {
    TRY(auto hash, crypto::nobodys_hash(cost));
    return Hashing{cost, std::move(hash)};
}

Result<std::unique_ptr<EmbeddedUsers>> EmbeddedUsers::open(storage::Store& store,
                                                           const Clock& clock,
                                                           const crypto::HashCost& cost) {
    TRY(auto hashing, make_hashing(cost));
    return std::unique_ptr<EmbeddedUsers>{new EmbeddedUsers{store, clock, std::move(hashing)}};
}

std::unique_ptr<EmbeddedUsers> EmbeddedUsers::open_later(storage::Store& store,
                                                         const Clock& clock) {
    return std::unique_ptr<EmbeddedUsers>{new EmbeddedUsers{store, clock, std::nullopt}};
}

Result<const EmbeddedUsers::Hashing*> EmbeddedUsers::hashing() const {
    const std::lock_guard lock{mutex_};
    if (!hashing_) {
        TRY(const auto cost, password_cost(store_));
        TRY(hashing_, make_hashing(cost));
    }
    return &*hashing_;
}

Result<std::optional<User>> EmbeddedUsers::find(std::string_view name) const {
    TRY(const auto record,
        store_.read([&](const storage::View& view) { return storage::find_user(view, name); }));
    if (!record) return std::nullopt;
    return to_user(*record);
}

Result<std::vector<User>> EmbeddedUsers::list(const Page& page) const {
    TRY(const auto records,
        store_.read([&](const storage::View& view) { return storage::users(view, page); }));
    std::vector<User> all;
    for (const auto& record : records) all.push_back(to_user(record));
    return all;
}

Result<SignIn> EmbeddedUsers::sign_in(std::string_view name, std::string_view password) {
    TRY(const auto record,
        store_.read([&](const storage::View& view) { return storage::find_user(view, name); }));
    TRY(const auto* const hashing, this->hashing());
    const bool can_be_right = record && !record->password.empty();
    // Whoever it is, one hash is made: the time tells nothing.
    TRY(const bool is_right,
        crypto::is_password_of_any(can_be_right ? record->password : hashing->nobodys_hash,
                                   password));
    SignIn result;
    if (!record) return result;
    result.user = to_user(*record);
    const auto now = clock_.now();
    if (!can_be_right || !is_right)
        result.outcome = SignIn::Outcome::wrong_password;
    else if (record->disabled)
        result.outcome = SignIn::Outcome::disabled;
    else if (!result.user->is_active(now))
        result.outcome = SignIn::Outcome::expired;
    else
        result.outcome = SignIn::Outcome::accepted;
    if (result.is_accepted() && crypto::needs_new_hash(record->password, hashing->cost))
        hash_anew(*record, password, hashing->cost);
    return result;
}

// Best effort: the old hash is good, too.
void EmbeddedUsers::hash_anew(const storage::UserRecord& user, std::string_view password,
                              const crypto::HashCost& cost) {
    auto hash = crypto::hash_password(password, cost);
    if (!hash) return;
    (void)store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(auto record, get(transaction, user.name));
        if (record.password != user.password) return {};  // changed meanwhile
        record.password = *hash;
        return storage::update_user(transaction, record);
    });
}

Result<std::string> EmbeddedUsers::make_hash(std::optional<std::string_view> password,
                                             std::string_view user) const {
    if (!password) return std::string{};
    TRY_DONE(check_new_password(*password, user));
    TRY(const auto* const hashing, this->hashing());
    return crypto::hash_password(*password, hashing->cost);
}

Result<void> EmbeddedUsers::add(const User& user, std::optional<std::string_view> password,
                                const Actor& actor) {
    TRY_DONE(check(user));
    TRY(const auto hash, make_hash(password, user.name));
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(storage::add_user(
            transaction, {.name = user.name,
                          .full_name = user.full_name,
                          .email = user.email,
                          .description = user.description,
                          .password = hash,
                          .password_changed = password ? std::optional{now} : std::nullopt,
                          .created = now,
                          .disabled = user.disabled,
                          .expires = user.expires}));
        TRY_DONE(transaction.add_event(event(actor, now, "user.added", user.name)));
        return {};
    });
}

Result<void> EmbeddedUsers::update(std::string_view name, const User& user, const Actor& actor) {
    TRY_DONE(check(user));
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(auto record, get(transaction, name));
        const auto detail = differences(record, user);
        if (detail.empty()) return {};
        const auto was = record.name;
        record.name = user.name;
        record.full_name = user.full_name;
        record.email = user.email;
        record.description = user.description;
        record.disabled = user.disabled;
        record.expires = user.expires;
        TRY_DONE(keeping_an_administrator(
            transaction, now, [&] { return storage::update_user(transaction, record); }));
        TRY_DONE(transaction.add_event(event(actor, now, "user.changed", was, detail)));
        return {};
    });
}

Result<void> EmbeddedUsers::set_password(std::string_view name,
                                         std::optional<std::string_view> password,
                                         const Actor& actor) {
    TRY(const auto hash, make_hash(password, name));
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(auto record, get(transaction, name));
        record.password = hash;
        record.password_changed = now;
        TRY_DONE(keeping_an_administrator(
            transaction, now, [&] { return storage::update_user(transaction, record); }));
        // Who had the old one has nothing of it any more.
        TRY_DONE(revoke_tokens_of(transaction, record.name, now));
        TRY_DONE(storage::remove_sessions_of(transaction, record.name));
        TRY_DONE(transaction.add_event(event(actor, now, "user.password-changed", record.name,
                                             password ? "" : "it has none now")));
        return {};
    });
}

Result<std::string> EmbeddedUsers::hash_of(std::string_view user) const {
    TRY(const auto record, store_.read([&](const storage::View& view) { return get(view, user); }));
    return record.password;
}

Result<void> EmbeddedUsers::put_hash(std::string_view user, std::string_view hash, Seconds changed,
                                     const Actor& actor) {
    TRY_DONE(check_moved_hash(hash, user));
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(auto record, get(transaction, user));
        record.password = hash;
        record.password_changed = changed;
        TRY_DONE(keeping_an_administrator(
            transaction, now, [&] { return storage::update_user(transaction, record); }));
        TRY_DONE(revoke_tokens_of(transaction, record.name, now));
        TRY_DONE(storage::remove_sessions_of(transaction, record.name));
        TRY_DONE(transaction.add_event(
            event(actor, now, "user.password-changed", record.name, "moved from another store")));
        return {};
    });
}

Result<void> EmbeddedUsers::remove(std::string_view name, const Actor& actor) {
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto record, get(transaction, name));
        TRY_DONE(keeping_an_administrator(
            transaction, now, [&] { return storage::remove_user(transaction, record.name); }));
        TRY_DONE(transaction.add_event(event(actor, now, "user.removed", record.name)));
        return {};
    });
}

}  // namespace rhumb::identity
