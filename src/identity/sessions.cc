#include "identity/sessions.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "identity/trail.h"
#include "storage/sessions.h"

namespace rhumb::identity {

namespace {

constexpr std::size_t secret_size = 32;
constexpr std::size_t secret_text_size = 43;
constexpr std::size_t id_size = 8;
constexpr std::size_t agent_bytes_max = 200;
constexpr std::size_t of_user_max = 100;
/// Clocks of several machines on one store differ by less.
constexpr std::chrono::seconds ahead_max{5 * 60};

std::int64_t count(Seconds time) { return time.time_since_epoch().count(); }
Seconds at(std::int64_t seconds) { return Seconds{std::chrono::seconds{seconds}}; }

/// What forms send back: made of the digest, from which the secret cannot be made.
Result<std::string> form_secret_of(std::string_view digest) {
    TRY(const auto bytes, crypto::sha256(fmt::format("rhumb form {}", digest)));
    return text::to_base64url(std::string_view{bytes}.substr(0, 16));
}

Result<std::string> digest_of(std::string_view secret) {
    TRY(const auto digest, crypto::sha256(secret));
    return text::to_hex(digest);
}

/// As lists and logs may show it.
std::string cut_agent(std::string_view agent) {
    std::string kept;
    for (const char c : agent.substr(0, agent_bytes_max))
        kept += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    while (!kept.empty() && !text::is_utf8(kept)) kept.pop_back();
    return kept;
}

Result<Session> to_session(const storage::SessionRecord& record) {
    TRY(auto form_secret, form_secret_of(record.secret));
    return Session{.id = record.id,
                   .user = record.user,
                   .created = record.created,
                   .last_used = record.last_used,
                   .address = record.address,
                   .agent = record.agent,
                   .form_secret = std::move(form_secret)};
}

/// One that is kept.
struct Entry {
    Session session;
    std::atomic<std::int64_t> last_used;
    std::atomic<std::int64_t> written;  ///< the last use that the store knows

    explicit Entry(Session from)
        : session{std::move(from)},
          last_used{count(session.last_used)},
          written{count(session.last_used)} {}

    Session as_it_is() const {
        auto copy = session;
        copy.last_used = at(last_used.load());
        return copy;
    }
    void use(Seconds now) {
        auto before = last_used.load();
        while (before < count(now) && !last_used.compare_exchange_weak(before, count(now))) {}
    }
};

using Entries = std::unordered_map<std::string, std::shared_ptr<Entry>>;  // by digest

}  // namespace

struct Sessions::State {
    storage::Store& store;
    const Clock& clock;
    std::mutex changing{};  ///< held while the store and what is here are changed together
    mutable std::shared_mutex mutex{};  ///< guards what follows
    Entries entries{};
    SessionLimits limits{};

    bool is_over(const Entry& entry, Seconds now, const SessionLimits& bounds) const {
        const auto used = std::max(at(entry.last_used.load()), entry.session.created);
        return now - entry.session.created >= bounds.absolute || now - used >= bounds.idle;
    }

    Entries copy() const {
        const std::shared_lock lock{mutex};
        return entries;
    }
    SessionLimits bounds() const {
        const std::shared_lock lock{mutex};
        return limits;
    }
    void drop(const std::vector<std::string>& digests) {
        const std::unique_lock lock{mutex};
        for (const auto& digest : digests) entries.erase(digest);
    }

    /// Those of a user, or the one of an id.
    std::vector<std::string> digests_where(auto&& is_meant) const {
        std::vector<std::string> found;
        const std::shared_lock lock{mutex};
        for (const auto& [digest, entry] : entries)
            if (is_meant(entry->session)) found.push_back(digest);
        return found;
    }

    /// The oldest of a user who has too many.
    std::vector<std::string> too_many_of(std::string_view user) const {
        std::vector<std::pair<std::int64_t, std::string>> all;
        for (const auto& [digest, entry] : copy())
            if (text::iequals(entry->session.user, user))
                all.emplace_back(entry->last_used.load(), entry->session.id);
        std::ranges::sort(all);
        std::vector<std::string> ids;
        for (std::size_t i = 0; i + of_user_max <= all.size(); ++i) ids.push_back(all[i].second);
        return ids;
    }
};

Sessions::Sessions(std::unique_ptr<State> state) : state_{std::move(state)} {}
Sessions::~Sessions() = default;

Result<std::unique_ptr<Sessions>> Sessions::open(storage::Store& store, const Clock& clock) {
    std::unique_ptr<Sessions> sessions{
        new Sessions{std::unique_ptr<State>{new State{.store = store, .clock = clock}}}};
    TRY_DONE(sessions->reload());
    return sessions;
}

void Sessions::set_limits(const SessionLimits& limits) {
    const std::unique_lock lock{state_->mutex};
    state_->limits = limits;
}

Result<Sessions::Begun> Sessions::begin(std::string_view user, std::string_view address,
                                        std::string_view agent) {
    TRY(const auto random, crypto::random_secret(secret_size));
    TRY(const auto id, crypto::random_bytes(id_size));
    Begun begun;
    begun.secret = text::to_base64url(random.view());
    TRY(const auto digest, digest_of(begun.secret));
    const auto now = state_->clock.now();
    const storage::SessionRecord record{.id = text::to_hex(id),
                                        .secret = digest,
                                        .user = std::string{user},
                                        .created = now,
                                        .last_used = now,
                                        .address = std::string{address},
                                        .agent = cut_agent(agent)};
    TRY(begun.session, to_session(record));
    const std::lock_guard changing{state_->changing};
    const auto too_many = state_->too_many_of(user);
    TRY_DONE(state_->store.transact([&](storage::Transaction& transaction) -> Result<void> {
        for (const auto& old : too_many) TRY_DONE(storage::remove_session(transaction, old));
        TRY_DONE(storage::add_session(transaction, record));
        TRY_DONE(transaction.add_event(
            event({record.user, record.address}, now, "session.begun", record.user, record.id)));
        return {};
    }));
    state_->drop(state_->digests_where([&](const Session& session) {
        return std::ranges::find(too_many, session.id) != too_many.end();
    }));
    const std::unique_lock lock{state_->mutex};
    state_->entries.insert_or_assign(digest, std::make_shared<Entry>(begun.session));
    return begun;
}

std::shared_ptr<const Session> Sessions::find(std::string_view secret) {
    if (secret.size() != secret_text_size) return nullptr;
    const auto digest = digest_of(secret);
    if (!digest) return nullptr;
    const auto now = state_->clock.now();
    std::shared_ptr<Entry> entry;
    {
        const std::shared_lock lock{state_->mutex};
        const auto found = state_->entries.find(*digest);
        if (found == state_->entries.end()) return nullptr;
        entry = found->second;
        if (state_->is_over(*entry, now, state_->limits) ||
            entry->session.created > now + ahead_max)
            return nullptr;
    }
    entry->use(now);
    return {entry, &entry->session};
}

Result<void> Sessions::end(std::string_view id, const Actor& actor) {
    const std::lock_guard changing{state_->changing};
    const auto now = state_->clock.now();
    TRY_DONE(state_->store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto all, storage::sessions(transaction));
        const auto found = std::ranges::find(all, id, &storage::SessionRecord::id);
        if (found == all.end())
            return fail(ErrorKind::not_found, "there is no session {} (any more)", id);
        TRY_DONE(storage::remove_session(transaction, id));
        TRY_DONE(transaction.add_event(
            event(actor, now, "session.ended", found->user, std::string{id})));
        return {};
    }));
    state_->drop(state_->digests_where([&](const Session& session) { return session.id == id; }));
    return {};
}

Result<std::size_t> Sessions::end_all_of(std::string_view user, const Actor& actor) {
    const std::lock_guard changing{state_->changing};
    const auto now = state_->clock.now();
    TRY(const auto ended,
        state_->store.transact([&](storage::Transaction& transaction) -> Result<std::size_t> {
            TRY(const auto all, storage::sessions(transaction));
            const auto one = std::ranges::find_if(
                all, [user](const auto& each) { return text::iequals(each.user, user); });
            if (one == all.end()) return 0;
            TRY(const auto removed, storage::remove_sessions_of(transaction, user));
            TRY_DONE(transaction.add_event(
                event(actor, now, "session.ended", one->user, fmt::format("all {}", removed))));
            return removed;
        }));
    state_->drop(state_->digests_where(
        [&](const Session& session) { return text::iequals(session.user, user); }));
    return ended;
}

std::vector<Session> Sessions::list(std::string_view user) const {
    const auto now = state_->clock.now();
    const auto bounds = state_->bounds();
    std::vector<Session> all;
    for (const auto& [digest, entry] : state_->copy())
        if ((user.empty() || text::iequals(entry->session.user, user)) &&
            !state_->is_over(*entry, now, bounds))
            all.push_back(entry->as_it_is());
    std::ranges::sort(all, [](const Session& one, const Session& other) {
        return std::tie(one.last_used, one.created, one.id) >
               std::tie(other.last_used, other.created, other.id);
    });
    return all;
}

Result<void> Sessions::look_after() {
    const std::lock_guard changing{state_->changing};
    const auto now = state_->clock.now();
    const auto bounds = state_->bounds();
    const auto entries = state_->copy();
    std::vector<std::shared_ptr<Entry>> used;
    std::vector<std::string> over;
    std::vector<std::string> over_ids;
    for (const auto& [digest, entry] : entries) {
        if (state_->is_over(*entry, now, bounds)) {
            over.push_back(digest);
            over_ids.push_back(entry->session.id);
        } else if (entry->last_used.load() > entry->written.load()) {
            used.push_back(entry);
        }
    }
    if (used.empty() && over.empty()) return {};
    TRY_DONE(state_->store.transact([&](storage::Transaction& transaction) -> Result<void> {
        for (const auto& id : over_ids) TRY_DONE(storage::remove_session(transaction, id));
        for (const auto& entry : used) {
            const auto last = entry->last_used.load();
            TRY_DONE(storage::note_session_use(transaction, entry->session.id, at(last)));
            entry->written.store(last);
        }
        return {};
    }));
    state_->drop(over);
    return {};
}

Result<void> Sessions::reload() {
    const std::lock_guard changing{state_->changing};
    TRY(const auto records,
        state_->store.read([](const storage::View& view) { return storage::sessions(view); }));
    const auto before = state_->copy();
    Entries next;
    for (const auto& record : records) {
        const auto known = before.find(record.secret);
        if (known != before.end() && known->second->session.user == record.user) {
            known->second->use(record.last_used);
            next.emplace(record.secret, known->second);
            continue;
        }
        TRY(auto session, to_session(record));
        next.emplace(record.secret, std::make_shared<Entry>(std::move(session)));
    }
    const std::unique_lock lock{state_->mutex};
    state_->entries = std::move(next);
    return {};
}

}  // namespace rhumb::identity
