#pragma once
/// Guard: stands around every place outside, of whatever kind. So many questions at a time, so many
/// that wait for their turn, and after failures a rest in which nobody waits for what does not
/// come.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "identity/browser_sign_in.h"
#include "identity/role_store.h"
#include "identity/user_store.h"
#include "observe/log.h"

namespace rhumb::providers {

/// How a place does, as its guard has seen it.
struct Health {
    enum class State {
        untried,  ///< nothing was asked yet
        good,     ///< the last answer came
        failing,  ///< the last one or two did not
        resting,  ///< three in a row did not: it is asked again after a while, by one question
    };
    State state = State::untried;
    Seconds since{};           ///< it is in this state
    std::string last_error{};  ///< in words; "": none since the start. Of the past when it is good
    std::optional<Seconds> last_failure{};
    std::optional<Seconds> last_success{};
    std::uint64_t calls = 0;     ///< that were let through
    std::uint64_t failures = 0;  ///< of those
    std::uint64_t refused = 0;   ///< that were not: it rests, or too many wait
    std::size_t under_way = 0;
    std::size_t waiting = 0;
    std::chrono::milliseconds time_in_calls{0};  ///< of all that are over
    std::chrono::milliseconds longest_call{0};
    std::chrono::seconds rest_left{0};  ///< resting: until it is asked again
};

/// "not asked yet", "answers", "fails", "does not answer".
std::string_view to_text(Health::State state);

/// Any thread; run() blocks for its turn and for the call.
class Guard {
public:
    struct Limits {
        std::size_t calls_max = 4;                  ///< at a time
        std::size_t waiting_max = 64;               ///< for a turn
        std::chrono::milliseconds wait_max{5'000};  ///< for a turn
    };
    /// For tests, which turn it by hand.
    using SteadyNow = std::function<std::chrono::steady_clock::time_point()>;

    /// `name`: the provider's, for messages. `clock` and `log` outlive it.
    Guard(std::string name, Limits limits, const Clock& clock, const observe::Log& log,
          SteadyNow now = std::chrono::steady_clock::now);
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    /// What `call` (returning Result<T>) answers; `unavailable` without a call when the place rests
    /// or too many wait. `unavailable` and `internal` of the call count as failures of the place;
    /// other errors as neither failure nor answer, for who asks may have been wrong.
    template <class T, class Call>
    Result<T> run(const Call& call) {
        TRY(const Turn turn, begin());
        auto answer = [&]() -> Result<T> {
            try {
                return call();
            } catch (const std::exception& thrown) {
                return fail(ErrorKind::unavailable, "{}", thrown.what());
            }
        }();
        end(turn, answer ? nullptr : &answer.error());
        return answer;
    }

    Health health() const;
    const std::string& name() const { return name_; }

private:
    struct Turn {
        std::chrono::steady_clock::time_point begun{};
        bool is_probe = false;
    };
    Result<Turn> begin();
    /// `error`: null for an answer.
    void end(const Turn& turn, const Error* error);
    // What follows is called with the mutex.
    bool may_begin() const;
    Error resting() const;
    void note_answer();
    void note_failure(const Turn& turn, const Error& error);
    void rest(std::chrono::seconds length);

    const std::string name_;
    const Limits limits_;
    const Clock& clock_;
    const observe::Log& log_;
    const SteadyNow now_;

    mutable std::mutex mutex_;
    std::condition_variable has_changed_;
    Health health_;
    std::size_t failures_in_a_row_ = 0;
    bool is_probing_ = false;
    std::chrono::seconds rest_length_{0};
    std::chrono::steady_clock::time_point rest_until_{};
    std::chrono::steady_clock::time_point good_since_{};
    Seconds gone_since_{};
};

/// The same stores, behind a guard. What a store knows by itself (is_near()) needs none. What they
/// answer is foreign: names that cannot be names here are left out. Store and guard outlive them.
std::unique_ptr<identity::UserStore> guarded(identity::UserStore& users, Guard& guard);
std::unique_ptr<identity::RoleStore> guarded(identity::RoleStore& roles, Guard& guard);
std::unique_ptr<identity::BrowserSignIn> guarded(identity::BrowserSignIn& sign_in, Guard& guard);

}  // namespace rhumb::providers
