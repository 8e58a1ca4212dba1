#include "ldap/pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

#include <fmt/format.h>

namespace rhumb::ldap {

namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto server_rest = 30s;       // a server that failed is left alone
constexpr auto idle_max = 60s;          // firewalls forget connections without a word
constexpr auto age_max = 10min;         // names lead elsewhere, certificates are replaced
constexpr auto return_limit = 1'000ms;  // for looking whether an earlier server is back

bool is_of_server(Fault fault) {
    switch (fault) {
        case Fault::name:
        case Fault::connect:
        case Fault::untrusted:
        case Fault::tls:
        case Fault::time:
        case Fault::gone:
        case Fault::protocol: return true;
        case Fault::roots:
        case Fault::too_large:
        case Fault::refused:
        case Fault::busy: return false;
    }
    return false;
}

}  // namespace

/// A connection with what is known of it.
struct Pool::Kept {
    std::unique_ptr<Connection> connection;
    std::size_t server = 0;  ///< its place in the list
    bool is_service = false;
    steady_clock::time_point opened{};
    steady_clock::time_point used{};
};

struct Pool::State {
    Options options;
    mutable std::mutex mutex{};
    std::condition_variable freed{};
    std::deque<std::unique_ptr<Kept>> idle{};
    std::size_t in_use = 0;
    /// Until then a server is passed over; the epoch: it is not known to be bad.
    std::vector<steady_clock::time_point> resting_until{};

    // With the mutex held:
    std::unique_ptr<Kept> take_idle(As as);
    bool is_earlier_due(std::size_t server) const;
    std::vector<std::size_t> candidates(std::size_t before);

    void give_back(std::unique_ptr<Kept> kept);
    void let_go();
    void rest(std::size_t server);
    Answer<std::unique_ptr<Kept>> open_at(std::size_t server, Deadline deadline);
    Answer<std::unique_ptr<Kept>> open_any(const std::vector<std::size_t>& which,
                                           Deadline deadline);
};

Pool::Lease::Lease(State& state_in, std::unique_ptr<Kept> kept_in, bool was_kept_in)
    : state{&state_in},
      kept{std::move(kept_in)},
      connection{kept->connection.get()},
      was_kept{was_kept_in} {}

Pool::Lease::Lease(Lease&& other) noexcept
    : state{std::exchange(other.state, nullptr)},
      kept{std::move(other.kept)},
      connection{other.connection},
      was_kept{other.was_kept} {}

Pool::Lease::~Lease() {
    if (state != nullptr) state->give_back(std::move(kept));
}

Pool::Pool(Options options) : state_{std::make_unique<State>()} {
    state_->options = std::move(options);
    state_->resting_until.resize(state_->options.servers.size());
}

Pool::~Pool() = default;

const std::vector<Server>& Pool::servers() const { return state_->options.servers; }

/// The freshest of the wanted kind; stale ones end here.
std::unique_ptr<Pool::Kept> Pool::State::take_idle(As as) {
    const auto now = steady_clock::now();
    std::erase_if(idle, [&](const auto& one) {
        return now - one->used > idle_max || now - one->opened > age_max ||
               !one->connection->is_usable();
    });
    const auto is_wanted = [as](const auto& one) { return one->is_service == (as == As::service); };
    auto found = std::ranges::find_if(idle, is_wanted);
    const bool is_full = in_use + idle.size() > options.connections_max;  // with the one to be
    if (found == idle.end() && is_full) found = idle.begin();
    if (found == idle.end()) return nullptr;
    auto kept = std::move(*found);
    idle.erase(found);
    return kept;
}

bool Pool::State::is_earlier_due(std::size_t server) const {
    const auto now = steady_clock::now();
    return std::any_of(resting_until.begin(),
                       resting_until.begin() + static_cast<std::ptrdiff_t>(server),
                       [now](auto until) { return until < now; });
}

/// Of the servers before that place, those to be tried, in their order. One that is tried after its
/// rest rests on for the others until it has answered.
std::vector<std::size_t> Pool::State::candidates(std::size_t before) {
    const auto now = steady_clock::now();
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < before; ++i) {
        auto& until = resting_until[i];
        if (until > now) continue;
        if (until != steady_clock::time_point{}) until = now + server_rest;
        which.push_back(i);
    }
    return which;
}

void Pool::State::let_go() {
    {
        const std::scoped_lock lock{mutex};
        --in_use;
    }
    freed.notify_one();
}

void Pool::State::give_back(std::unique_ptr<Kept> kept) {
    const bool is_good = kept->connection->is_usable();
    kept->used = steady_clock::now();
    {
        const std::scoped_lock lock{mutex};
        --in_use;
        if (is_good) idle.push_front(std::move(kept));
    }
    freed.notify_one();  // what was no good ends here, outside the lock
}

void Pool::State::rest(std::size_t server) {
    const std::scoped_lock lock{mutex};
    resting_until[server] = steady_clock::now() + server_rest;
}

Answer<std::unique_ptr<Pool::Kept>> Pool::State::open_at(std::size_t server, Deadline deadline) {
    auto connection = Connection::open(options.servers[server], options.protection, deadline);
    if (!connection) {
        if (is_of_server(connection.error().fault)) rest(server);
        return tl::unexpected(std::move(connection).error());
    }
    auto kept = std::make_unique<Kept>();
    kept->connection = *std::move(connection);
    kept->server = server;
    kept->opened = steady_clock::now();
    const std::scoped_lock lock{mutex};
    resting_until[server] = {};
    return kept;
}

Answer<std::unique_ptr<Pool::Kept>> Pool::State::open_any(const std::vector<std::size_t>& which,
                                                          Deadline deadline) {
    Failure failure{.fault = Fault::connect, .message = "no server is left"};
    std::string all;
    for (std::size_t i = 0; i < which.size(); ++i) {
        const auto left = deadline - steady_clock::now();
        const auto share = left / static_cast<std::ptrdiff_t>(which.size() - i);
        auto kept = open_at(which[i], steady_clock::now() + share);
        if (kept) return kept;
        all += (all.empty() ? "" : "; ") + kept.error().message;
        failure = std::move(kept).error();
    }
    failure.message = all.empty() ? failure.message : all;
    return tl::unexpected(std::move(failure));
}

Answer<Pool::Lease> Pool::take(As as, Deadline deadline, bool may_be_kept) {
    auto& state = *state_;
    std::unique_ptr<Kept> kept;
    std::vector<std::size_t> which;
    {
        std::unique_lock lock{state.mutex};
        if (!state.freed.wait_until(lock, deadline,
                                    [&] { return state.in_use < state.options.connections_max; }))
            return tl::unexpected(Failure{
                .fault = Fault::busy,
                .message =
                    fmt::format("{}: all {} connections are in use", servers().front().to_string(),
                                state.options.connections_max)});
        ++state.in_use;
        if (!may_be_kept) state.idle.clear();  // what was kept beside a dead one is dead, too
        kept = state.take_idle(as);
        // Where an earlier server may be back, it is gone back to; all of them are tried when
        // nothing is left but those that rest.
        if (kept == nullptr || state.is_earlier_due(kept->server))
            which = state.candidates(kept ? kept->server : servers().size());
        if (kept == nullptr && which.empty())
            for (std::size_t i = 0; i < servers().size(); ++i) which.push_back(i);
    }
    const bool was_kept = kept != nullptr;
    if (!which.empty()) {
        auto opened = state.open_any(
            which, was_kept ? std::min(deadline, steady_clock::now() + return_limit) : deadline);
        if (opened) {
            kept = *std::move(opened);
        } else if (!was_kept) {
            state.let_go();
            return tl::unexpected(std::move(opened).error());
        }
    }
    Lease lease{state, std::move(kept), was_kept};
    if (as == As::anybody) {
        lease.kept->is_service = false;
    } else if (!lease.kept->is_service) {
        TRY_DONE(become_service(*lease.connection, deadline));
        lease.kept->is_service = true;
    }
    return lease;
}

Answer<std::unique_ptr<Connection>> Pool::open(const Server& server, Deadline deadline) const {
    return Connection::open(server, state_->options.protection, deadline);
}

Answer<void> Pool::become_service(Connection& connection, Deadline deadline) const {
    const auto& options = state_->options;
    TRY(const auto end,
        connection.bind(options.service_name, options.service_password.view(), deadline));
    if (end.is_good()) return {};
    const auto who = options.service_name.empty()
                         ? std::string{"nobody (it has to be searched as somebody: bind_dn)"}
                         : fmt::format("«{}»", options.service_name);
    const bool is_password = end.code == invalid_credentials;
    return tl::unexpected(
        Failure{.fault = Fault::refused,
                .code = end.code,
                .said = end.said,
                .message = fmt::format("{} does not let in {}, who searches there{}{}",
                                       connection.server().to_string(), who,
                                       is_password ? ": name or password is wrong" : "",
                                       end.said.empty() ? "" : fmt::format(" ({})", end.said))});
}

/// A server that hangs after it was connected to is passed over, too.
void Pool::note(const Lease& lease, const Failure& failure) {
    if (is_of_server(failure.fault)) state_->rest(lease.kept->server);
}

}  // namespace rhumb::ldap
