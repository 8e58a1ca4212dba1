#pragma once
/// Sessions with a database outside: so many at a time, each on a thread of its own, so that a
/// server that hangs holds none of ours. Inside this module only.

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "base/result.h"
#include "storage/sql_run.h"

namespace rhumb::storage {

/// Any thread. What a call is given runs on another thread, and may still run when the call has
/// given up: it owns all that it uses.
class SqlPool {
public:
    using Work = std::function<void(SqlRun&)>;
    using Start = std::function<Result<void>(SqlRun&)>;

    /// `start`: runs once in each session, when it is open.
    SqlPool(SqlPlace place, Start start);
    /// Sessions that hang are left to end by themselves.
    ~SqlPool();
    SqlPool(const SqlPool&) = delete;
    SqlPool& operator=(const SqlPool&) = delete;

    enum class Repeat {
        never,
        once,  ///< anew on a fresh session, when an old one turns out to be broken: for reading
    };

    /// Runs `work`, which is given a SqlRun that is open and returns a Result. `unavailable`: no
    /// connection is free or comes about in time, or the work takes longer than the place's limit;
    /// what it does then ends with its session.
    template <class Call>
    std::invoke_result_t<Call&, SqlRun&> run(Repeat repeat, Call call) {
        using Answer = std::invoke_result_t<Call&, SqlRun&>;
        const auto answer = std::make_shared<std::optional<Answer>>();
        TRY_DONE(run_work(repeat, [answer, call = std::move(call)](SqlRun& run) mutable {
            answer->emplace(call(run));
        }));
        return std::move(**answer);
    }

    /// As run(), on a session of its own that is past all others and ends afterwards. `fault`: why
    /// it failed, where it did.
    template <class Call>
    std::invoke_result_t<Call&, SqlRun&> run_apart(Call call, SqlFault& fault) {
        using Answer = std::invoke_result_t<Call&, SqlRun&>;
        const auto answer = std::make_shared<std::optional<Answer>>();
        TRY_DONE(run_work_apart(
            [answer, call = std::move(call)](SqlRun& run) mutable { answer->emplace(call(run)); },
            fault));
        return std::move(**answer);
    }

    /// A transaction: runs `call` as run() does; when it returns no error, `between` on this thread
    /// (it may use what the caller has), and when that has no error, commits. What is not committed
    /// has not happened. `unavailable` with "not known": the commit was sent, and no answer came.
    template <class Call>
    std::invoke_result_t<Call&, SqlRun&> change(Call call,
                                                const std::function<Result<void>()>& between) {
        using Answer = std::invoke_result_t<Call&, SqlRun&>;
        const auto answer = std::make_shared<std::optional<Answer>>();
        Work work = [answer, call = std::move(call)](SqlRun& run) mutable {
            const auto begun = run.begin();
            answer->emplace(begun ? call(run) : Answer{tl::unexpected(begun.error())});
        };
        TRY_DONE(run_change(std::move(work), [&]() -> Result<void> {
            if (!**answer) return tl::unexpected((*answer)->error());
            return between();
        }));
        return std::move(**answer);
    }

    const SqlPlace& place() const { return *place_; }

private:
    struct State;
    class Session;
    struct Taken {
        std::shared_ptr<Session> session;
        bool is_old = false;  ///< has been used before
    };

    Result<Taken> take(std::chrono::steady_clock::time_point until);
    void give_back(const std::shared_ptr<Session>& session, bool is_broken);
    void give_up(const std::shared_ptr<Session>& session);
    SqlFault too_slow(const Session& session) const;
    Result<void> run_work(Repeat repeat, Work work);
    Result<void> run_change(Work work, const std::function<Result<void>()>& decide);
    Result<void> run_work_apart(Work work, SqlFault& fault);

    std::shared_ptr<const SqlPlace> place_;
    std::shared_ptr<State> state_;
};

}  // namespace rhumb::storage
