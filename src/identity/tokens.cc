#include "identity/tokens.h"

#include <algorithm>
#include <mutex>

#include "base/snapshot.h"
#include "base/text.h"
#include "crypto/random.h"
#include "identity/token_binding.h"
#include "identity/token_known.h"
#include "identity/token_revocation.h"
#include "identity/trail.h"

namespace rhumb::identity {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t id_bytes = 8;
/// Clocks of machines that share a store, and clocks that are set right while the server runs.
constexpr minutes clock_tolerance{2};
constexpr hours key_age_max{24};
/// Nobody needs a longer one, and sums of times stay numbers.
constexpr hours lifetime_max{24 * 366 * 10};
/// What the server does by itself.
const Actor self{"rhumb", "server"};

std::string detail_of(const TokenFacts& facts) {
    auto detail = fmt::format("token {}, good for {} minutes", facts.id,
                              std::chrono::ceil<minutes>(facts.expires - facts.issued).count());
    if (facts.binding.kind == TokenBinding::Kind::referer)
        detail += fmt::format(", for the referer {}", facts.binding.value);
    if (facts.binding.kind == TokenBinding::Kind::ip)
        detail += fmt::format(", for the address {}", facts.binding.value);
    return detail;
}

bool is_id(std::string_view text) {
    return text.size() == id_bytes * 2 && text::from_hex(text).has_value();
}

TokenFault fault_of_time(const TokenFacts& facts, Seconds now) {
    if (facts.issued > now + clock_tolerance) return TokenFault::not_yet;
    return now >= facts.expires ? TokenFault::expired : TokenFault::none;
}

TokenFault fault_of_use(const TokenBinding& binding, const TokenUse& use) {
    switch (binding.kind) {
        case TokenBinding::Kind::none: return TokenFault::none;
        case TokenBinding::Kind::referer:
            return matches_referer(binding.value, use.referer, use.origin)
                       ? TokenFault::none
                       : TokenFault::wrong_referer;
        case TokenBinding::Kind::ip:
            return is_same_address(binding.value, use.ip) ? TokenFault::none
                                                          : TokenFault::wrong_address;
    }
    return TokenFault::damaged;
}

/// The key that is not retired; nothing when there is none.
const storage::TokenKeyRecord* newest_of(const std::vector<storage::TokenKeyRecord>& keys) {
    return keys.empty() || keys.front().retired ? nullptr : &keys.front();
}

bool is_due(const storage::TokenKeyRecord* newest, Seconds now) {
    // One from the future was made while the clock was wrong.
    return newest == nullptr || now - newest->created >= key_age_max ||
           newest->created - now > clock_tolerance;
}

bool is_over(const storage::TokenKeyRecord& key, Seconds now) {
    return key.retired && std::max(*key.retired, key.needed) + token_grace < now;
}

}  // namespace

std::string_view to_text(TokenFault fault) {
    switch (fault) {
        case TokenFault::none: return "the token is good";
        case TokenFault::malformed: return "this is no token of a Rhumb, or it was cut short";
        case TokenFault::unknown_key:
            return "the token is of another server, or so old that its key is gone";
        case TokenFault::damaged: return "the token was changed on its way";
        case TokenFault::not_yet:
            return "the token was issued in the future: a clock was set back since";
        case TokenFault::expired: return "the token has expired";
        case TokenFault::revoked: return "the token was revoked";
        case TokenFault::wrong_referer: return "the token is for another referer";
        case TokenFault::wrong_address: return "the token is for another address";
    }
    return "";
}

struct Tokens::State {
    storage::Store& store;
    const crypto::Seal& seal;
    const Clock& clock;
    Snapshot<TokenKnown> known{std::make_shared<const TokenKnown>()};
    std::mutex loading{};  // what is read first is known first

    Result<void> load();
    Result<void> add_key(storage::Transaction& transaction, Seconds now, const Actor& actor);
    Result<void> ensure_key();
    Result<void> add_revocation(storage::TokenRevocation revocation, storage::Event event,
                                bool ends_with_all);
    TokenCheck check(std::string_view text, const TokenUse* use) const;
};

Result<void> Tokens::State::load() {
    const std::lock_guard lock{loading};
    const auto before = known.get();
    TRY(auto after,
        store.read([&](const storage::View& view) -> Result<std::shared_ptr<const TokenKnown>> {
            TRY(const auto keys, storage::token_keys(view));
            TRY(const auto revocations, storage::token_revocations(view));
            return TokenKnown::make(keys, revocations, seal, before.get());
        }));
    known.replace(after);
    if (after->fault().empty()) return {};
    return fail(ErrorKind::conflict, "a key of tokens does not open: {}", after->fault());
}

Result<void> Tokens::State::add_key(storage::Transaction& transaction, Seconds now,
                                    const Actor& actor) {
    TRY(const auto key, make_token_key(seal, now));
    TRY_DONE(storage::add_token_key(transaction, key));
    TRY_DONE(transaction.add_event(event(actor, now, "token-key.added", key.name)));
    return {};
}

/// A key that seals, and opens with the master key at hand: when that was lost, tokens go on under
/// a new one.
Result<void> Tokens::State::ensure_key() {
    const auto loaded = load();
    const auto now = clock.now();
    if (loaded && known.get()->sealing(now)) return {};
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto keys, storage::token_keys(transaction));
        const auto* const newest = newest_of(keys);
        // Another program may have been faster.
        const auto name = newest == nullptr ? std::nullopt : to_key_name(newest->name);
        if (name && (known.get()->find(*name) != nullptr ||
                     TokenKnown::make(keys, {}, seal, nullptr)->find(*name) != nullptr))
            return {};
        return add_key(transaction, now, self);
    }));
    if (const auto again = load(); !again && !known.get()->sealing(now)) return again;
    return {};
}

Tokens::Tokens(std::unique_ptr<State> state) : state_{std::move(state)} {}
Tokens::~Tokens() = default;

Result<std::unique_ptr<Tokens>> Tokens::open(storage::Store& store, const crypto::Seal& seal,
                                             const Clock& clock) {
    auto state = std::unique_ptr<State>{new State{store, seal, clock}};
    TRY_DONE(state->ensure_key());
    return std::unique_ptr<Tokens>{new Tokens{std::move(state)}};
}

Result<IssuedToken> Tokens::issue(std::string_view user, const TokenBinding& binding,
                                  seconds lifetime, const Actor& actor) {
    if (user.empty() || user.size() > token_user_bytes_max)
        return fail(ErrorKind::invalid, "issuing a token: a user's name has 1 to {} bytes",
                    token_user_bytes_max);
    if (lifetime <= seconds{0} || lifetime > lifetime_max)
        return fail(ErrorKind::invalid,
                    "issuing a token: it lives for 1 second to {} days, and not for {} seconds",
                    lifetime_max.count() / 24, lifetime.count());
    TRY(const auto id, crypto::random_bytes(id_bytes));
    TokenClaims claims;
    claims.facts.id = text::to_hex(id);
    claims.facts.user = user;
    TRY(claims.facts.binding, to_sealed_binding(binding));

    // A second time when the key has gone since it was read.
    for (const bool is_last : {false, true}) {
        const auto now = state_->clock.now();
        claims.facts.issued = now;
        claims.facts.expires = now + lifetime;
        const auto key = state_->known.get()->sealing(now);
        if (!key && !is_last) {
            TRY_DONE(state_->ensure_key());
            continue;
        }
        if (!key) break;
        bool has_brought_back = false;
        TRY(auto text,
            state_->store.transact([&](storage::Transaction& transaction) -> Result<std::string> {
                TRY(const bool is_there,
                    storage::need_token_key(transaction, key->id, claims.facts.expires));
                if (!is_there) return std::string{};
                TRY(has_brought_back, storage::bring_token_revocations_back(transaction, now));
                TRY(claims.revocations, storage::last_token_revocation(transaction));
                TRY_DONE(transaction.add_event(
                    event(actor, now, "token.issued", claims.facts.user, detail_of(claims.facts))));
                return seal_token(key->aead, key->name, claims);
            }));
        if (has_brought_back) TRY_DONE(state_->load());
        if (!text.empty()) return IssuedToken{std::move(text), claims.facts};
        TRY_DONE(state_->ensure_key());
    }
    return fail(ErrorKind::unavailable,
                "issuing a token: the keys of tokens are being changed; try again");
}

TokenCheck Tokens::State::check(std::string_view text, const TokenUse* use) const {
    TokenParts parts;
    if (!take_apart(text, parts)) return {TokenFault::malformed};
    const auto now_known = known.get();
    const auto* const key = now_known->find(parts.key);
    if (key == nullptr) return {TokenFault::unknown_key};
    auto claims = open_token(key->aead, parts);
    if (!claims) return {TokenFault::damaged};
    auto fault = fault_of_time(claims->facts, clock.now());
    if (fault == TokenFault::none && now_known->is_revoked(*claims)) fault = TokenFault::revoked;
    if (fault == TokenFault::none && use != nullptr)
        fault = fault_of_use(claims->facts.binding, *use);
    return {fault, std::move(claims->facts)};
}

TokenCheck Tokens::check(std::string_view text, const TokenUse& use) const {
    return state_->check(text, &use);
}

TokenCheck Tokens::inspect(std::string_view text) const { return state_->check(text, nullptr); }

Result<void> Tokens::State::add_revocation(storage::TokenRevocation revocation,
                                           storage::Event event, bool ends_with_all) {
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        if (ends_with_all) {
            TRY(revocation.ends, end_of_all_tokens(transaction, revocation.created));
        }
        TRY_DONE(storage::add_token_revocation(transaction, revocation));
        TRY_DONE(transaction.add_event(event));
        return {};
    }));
    return load();
}

Result<void> Tokens::revoke(std::string_view token_or_id, const Actor& actor) {
    const auto now = state_->clock.now();
    storage::TokenRevocation revocation{
        .kind = storage::TokenRevocation::Kind::token, .before = now, .created = now};
    if (is_id(token_or_id)) {
        revocation.subject = text::to_lower(token_or_id);
        return state_->add_revocation(revocation,
                                      event(actor, now, "token.revoked", revocation.subject), true);
    }
    const auto look = inspect(token_or_id);
    if (!look.facts)
        return fail(ErrorKind::invalid,
                    "revoking a token: {}. Give the token itself, or its identifier of {} "
                    "hexadecimal digits, which `rhumb token inspect` and the audit trail show",
                    to_text(look.fault), id_bytes * 2);
    revocation.subject = look.facts->id;
    revocation.ends = std::max(now, look.facts->expires) + token_grace;
    return state_->add_revocation(revocation,
                                  event(actor, now, "token.revoked", revocation.subject,
                                        fmt::format("of «{}»", look.facts->user)),
                                  false);
}

Result<void> Tokens::revoke_of(std::string_view user, const Actor& actor) {
    const auto now = state_->clock.now();
    TRY_DONE(state_->store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(revoke_tokens_of(transaction, user, now));
        TRY_DONE(transaction.add_event(event(actor, now, "tokens.revoked", std::string{user})));
        return {};
    }));
    return state_->load();
}

Result<void> Tokens::revoke_all(const Actor& actor) {
    const auto now = state_->clock.now();
    return state_->add_revocation(
        {.kind = storage::TokenRevocation::Kind::all, .before = now, .created = now},
        event(actor, now, "tokens.revoked", "", "of all users"), true);
}

Result<void> Tokens::rotate(const Actor& actor) {
    TRY_DONE(state_->store.transact([&](storage::Transaction& transaction) {
        return state_->add_key(transaction, state_->clock.now(), actor);
    }));
    return state_->load();
}

Result<void> Tokens::look_after() {
    const auto now = state_->clock.now();
    // Most often there is nothing to do, and nothing is written then.
    TRY(const bool has_work, state_->store.read([&](const storage::View& view) -> Result<bool> {
        TRY(const auto keys, storage::token_keys(view));
        TRY(const auto revocations, storage::token_revocations(view));
        return is_due(newest_of(keys), now) ||
               std::ranges::any_of(keys, [&](const auto& key) { return is_over(key, now); }) ||
               std::ranges::any_of(revocations, [&](const auto& one) { return one.ends <= now; });
    }));
    if (!has_work) return {};
    bool has_removed_keys = false;
    TRY_DONE(state_->store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto keys, storage::token_keys(transaction));
        if (is_due(newest_of(keys), now)) TRY_DONE(state_->add_key(transaction, now, self));
        for (const auto& key : keys) {
            if (!is_over(key, now)) continue;
            TRY_DONE(storage::remove_token_key(transaction, key.id));
            TRY_DONE(transaction.add_event(event(self, now, "token-key.removed", key.name)));
            has_removed_keys = true;
        }
        TRY_DONE(storage::remove_ended_token_revocations(transaction, now));
        return {};
    }));
    if (has_removed_keys) (void)state_->store.scrub();
    return state_->load();
}

Result<void> Tokens::reload() { return state_->load(); }

}  // namespace rhumb::identity
