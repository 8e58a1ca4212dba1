#include "storage/sql_pool.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace rhumb::storage {

namespace {

using Clock = std::chrono::steady_clock;
using Step = SqlFault::Step;

}  // namespace

/// What the pool and its sessions share; lives as long as the last of them.
struct SqlPool::State {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::shared_ptr<Session>> idle;  // the latest last
    std::size_t live = 0;                        // sessions in use and idle
    std::size_t hanging = 0;                     // given up, their threads are not back yet
    std::size_t threads = 0;
    Start start;
};

/// One session and its thread. A call hands it work and waits for so long; the thread owns the
/// session and ends it.
class SqlPool::Session {
public:
    Session(std::shared_ptr<const SqlPlace> place, std::shared_ptr<State> state)
        : run_{std::move(place)}, state_{std::move(state)} {}

    /// The thread begins. Under the mutex of `state`. `unavailable`: no thread is to be had.
    static Result<std::shared_ptr<Session>> begin(const std::shared_ptr<const SqlPlace>& place,
                                                  const std::shared_ptr<State>& state) {
        auto session = std::make_shared<Session>(place, state);
        try {
            std::thread{[session] { session->live(); }}.detach();
        } catch (const std::system_error& error) {
            return fail(ErrorKind::unavailable, "{}: no thread is to be had [{}]", place->label(),
                        error.what());
        }
        ++state->threads;
        return session;
    }

    /// Nothing: it is not done by then. Else what came of opening; of the work itself nothing is
    /// known here.
    std::optional<Result<void>> run(const Work& work, Clock::time_point until) {
        std::unique_lock lock{mutex_};
        work_ = work;
        is_done_ = false;
        changed_.notify_all();
        if (!changed_.wait_until(lock, until, [this] { return is_done_; })) return std::nullopt;
        return std::move(opened_);
    }

    /// Not to be used any more: the thread ends it.
    void leave() {
        const std::lock_guard lock{mutex_};
        is_leaving_ = true;
        changed_.notify_all();
    }

    /// As leave(), in the middle of work. Under the mutex of the state.
    void give_up() {
        is_hanging_ = true;
        run_.cut();
        leave();
    }

    bool is_stale() noexcept { return run_.is_stale(); }
    /// It got as far as work. Any time.
    bool is_open() const { return is_open_; }
    /// After run() is done.
    bool is_broken() const { return run_.is_broken(); }
    const SqlFault& fault() const { return run_.fault(); }

private:
    void live() {
        std::unique_lock lock{mutex_};
        for (;;) {
            changed_.wait(lock, [this] { return is_leaving_ || work_; });
            if (is_leaving_) break;
            auto work = std::exchange(work_, {});
            lock.unlock();
            auto opened = open();
            if (opened) work(run_);
            work = {};  // what it owns ends here, not after the answer
            lock.lock();
            opened_ = std::move(opened);
            is_done_ = true;
            changed_.notify_all();
        }
        lock.unlock();
        run_.close();
        const auto state = state_;
        const std::lock_guard state_lock{state->mutex};
        --state->threads;
        if (is_hanging_) --state->hanging;
        state->changed.notify_all();
    }

    Result<void> open() {
        if (is_open_) return {};
        TRY_DONE(run_.open());
        TRY_DONE(state_->start(run_));
        is_open_ = true;
        return {};
    }

    SqlRun run_;  // of the thread, but for what may come from elsewhere
    std::shared_ptr<State> state_;
    std::atomic<bool> is_open_ = false;
    bool is_hanging_ = false;  // guarded by the mutex of the state

    std::mutex mutex_;
    std::condition_variable changed_;
    Work work_;
    Result<void> opened_{};
    bool is_done_ = false;
    bool is_leaving_ = false;
};

SqlFault SqlPool::too_slow(const Session& session) const {
    // Whoever has connected is there, and slow.
    return {session.is_open() ? Step::time : Step::port,
            fmt::format("it did not answer within {} ms", place_->limit.count()),
            "see there that it runs, and its load; or raise `time_limit_seconds`"};
}

SqlPool::SqlPool(SqlPlace place, Start start)
    : place_{std::make_shared<const SqlPlace>(std::move(place))},
      state_{std::make_shared<State>()} {
    state_->start = std::move(start);
}

SqlPool::~SqlPool() {
    std::unique_lock lock{state_->mutex};
    for (const auto& session : state_->idle) session->leave();
    state_->idle.clear();
    // For their goodbyes; what hangs is not waited for.
    constexpr std::chrono::milliseconds goodbye_max{500};
    state_->changed.wait_for(lock, goodbye_max,
                             [this] { return state_->threads == state_->hanging; });
}

Result<void> SqlPool::run_work(Repeat repeat, Work work) {
    const auto until = Clock::now() + place_->limit;
    for (;;) {
        TRY(auto taken, take(until));
        const auto done = taken.session->run(work, until);
        if (!done) {
            const auto fault = too_slow(*taken.session);
            give_up(taken.session);
            return tl::unexpected(to_error(*place_, fault));
        }
        const bool is_broken = taken.session->is_broken();
        give_back(taken.session, is_broken || !*done);
        const bool again = is_broken && taken.is_old && repeat == Repeat::once;
        if (!again) return *done;
        repeat = Repeat::never;
    }
}

Result<void> SqlPool::run_change(Work work, const std::function<Result<void>()>& decide) {
    TRY(const auto taken, take(Clock::now() + place_->limit));
    const auto& session = taken.session;
    const auto done = session->run(work, Clock::now() + place_->limit);
    if (!done) {
        const auto fault = too_slow(*session);
        give_up(session);
        return tl::unexpected(to_error(*place_, fault));
    }
    if (!*done) {
        give_back(session, true);
        return *done;
    }
    const auto decided = decide();
    const auto end = std::make_shared<Result<void>>();
    const auto ended = session->run(
        [end, is_to_stay = decided.has_value()](SqlRun& run) {
            if (is_to_stay) *end = run.commit();
            run.rollback();
        },
        Clock::now() + place_->limit);
    if (!ended) {
        give_up(session);
        if (!decided) return decided;
        return fail(ErrorKind::unavailable,
                    "{}: it did not say whether it has saved the change: not known; look there",
                    place_->label());
    }
    give_back(session, session->is_broken());
    return decided ? *end : decided;
}

/// A session that is free, or a new one; waits for that.
Result<SqlPool::Taken> SqlPool::take(Clock::time_point until) {
    std::unique_lock lock{state_->mutex};
    const auto may_begin = [this] { return state_->live < place_->connections; };
    const bool is_there = state_->changed.wait_until(
        lock, until, [&] { return !state_->idle.empty() || may_begin(); });
    if (!is_there)
        return tl::unexpected(to_error(
            *place_, {Step::busy, fmt::format("all {} connections are in use", place_->connections),
                      "raise `connections`, or see there why it is slow"}));
    while (!state_->idle.empty()) {
        auto session = std::move(state_->idle.back());
        state_->idle.pop_back();
        if (!session->is_stale()) return Taken{std::move(session), true};
        session->leave();
        --state_->live;
    }
    if (state_->hanging >= place_->connections)
        return tl::unexpected(to_error(
            *place_, {Step::time, fmt::format("{} calls have been hanging in it", state_->hanging),
                      "see there that it runs"}));
    TRY(auto session, Session::begin(place_, state_));
    ++state_->live;
    return Taken{std::move(session), false};
}

void SqlPool::give_back(const std::shared_ptr<Session>& session, bool is_broken) {
    {
        const std::lock_guard lock{state_->mutex};
        if (is_broken) {
            session->leave();
            --state_->live;
            // What one has met the others have, too.
            for (const auto& other : state_->idle) other->leave();
            state_->live -= state_->idle.size();
            state_->idle.clear();
        } else {
            state_->idle.push_back(session);
        }
    }
    state_->changed.notify_one();
}

void SqlPool::give_up(const std::shared_ptr<Session>& session) {
    const std::lock_guard lock{state_->mutex};
    --state_->live;
    ++state_->hanging;
    session->give_up();
    state_->changed.notify_all();
}

Result<void> SqlPool::run_work_apart(Work work, SqlFault& fault) {
    std::unique_lock lock{state_->mutex};
    TRY(const auto session, Session::begin(place_, state_));
    lock.unlock();
    const auto done = session->run(work, Clock::now() + place_->limit);
    if (!done) {
        fault = too_slow(*session);
        lock.lock();
        ++state_->hanging;
        session->give_up();
        return tl::unexpected(to_error(*place_, fault));
    }
    fault = session->fault();
    session->leave();
    return *done;
}

}  // namespace rhumb::storage
