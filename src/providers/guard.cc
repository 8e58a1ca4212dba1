#include "providers/guard.h"

#include <algorithm>
#include <utility>

namespace rhumb::providers {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t failures_before_rest = 3;
constexpr seconds first_rest{1};
constexpr seconds longest_rest{60};
/// Who fails again sooner rests for longer than the time before: a store that comes and goes is
/// asked seldom.
constexpr seconds steady_after{60};

std::string spell(seconds time) {
    if (time < seconds{120}) return fmt::format("{} s", time.count());
    return fmt::format("{} min", (time.count() + 30) / 60);
}

}  // namespace

std::string_view to_text(Health::State state) {
    switch (state) {
        case Health::State::untried: return "not asked yet";
        case Health::State::good: return "answers";
        case Health::State::failing: return "fails";
        case Health::State::resting: return "does not answer";
    }
    return "";
}

Guard::Guard(std::string name, Limits limits, const Clock& clock, const observe::Log& log,
             SteadyNow now)
    : name_{std::move(name)},
      limits_{limits},
      clock_{clock},
      log_{log},
      now_{std::move(now)},
      health_{.since = clock.now()} {}

bool Guard::may_begin() const { return health_.under_way < limits_.calls_max; }

Error Guard::resting() const {
    const auto left = rest_until_ - now_();
    const auto again = left > milliseconds{0}
                           ? fmt::format("in {}", spell(std::chrono::ceil<seconds>(left)))
                           : std::string{"just now"};
    return {ErrorKind::unavailable, fmt::format("«{}» does not answer ({}); it is asked again {}",
                                                name_, health_.last_error, again)};
}

Result<Guard::Turn> Guard::begin() {
    std::unique_lock lock{mutex_};
    const auto refuse = [this](Error error) {
        ++health_.refused;
        return tl::unexpected(std::move(error));
    };
    const auto rests = [this] { return health_.state == Health::State::resting; };
    if (!rests() && !may_begin()) {
        if (health_.waiting >= limits_.waiting_max)
            return refuse({ErrorKind::unavailable,
                           fmt::format("too many wait for an answer of «{}»", name_)});
        ++health_.waiting;
        const bool has_changed =
            has_changed_.wait_for(lock, limits_.wait_max, [&] { return rests() || may_begin(); });
        --health_.waiting;
        if (!has_changed)
            return refuse(
                {ErrorKind::unavailable,
                 fmt::format("«{}» is slow: all of its {} connections have been busy for {} ms",
                             name_, limits_.calls_max, limits_.wait_max.count())});
    }
    Turn turn{.begun = now_()};
    if (rests()) {
        // One question tries whether it is back; questions from before that still hang do not keep
        // it from that, but they do not pile up either.
        if (is_probing_ || turn.begun < rest_until_ || !may_begin()) return refuse(resting());
        is_probing_ = true;
        turn.is_probe = true;
    }
    ++health_.under_way;
    ++health_.calls;
    return turn;
}

void Guard::end(const Turn& turn, const Error* error) {
    const auto took = duration_cast<milliseconds>(now_() - turn.begun);
    {
        const std::lock_guard lock{mutex_};
        --health_.under_way;
        health_.time_in_calls += took;
        health_.longest_call = std::max(health_.longest_call, took);
        if (turn.is_probe) is_probing_ = false;
        if (error == nullptr)
            note_answer();
        else if (error->kind == ErrorKind::unavailable || error->kind == ErrorKind::internal)
            note_failure(turn, *error);
    }
    has_changed_.notify_all();
}

void Guard::note_answer() {
    const auto now = clock_.now();
    health_.last_success = now;
    failures_in_a_row_ = 0;
    if (health_.state == Health::State::good) return;
    if (health_.state == Health::State::resting) {
        good_since_ = now_();
        log_.info("providers", "«{}» answers again, after {}", name_,
                  spell(std::max(seconds{0}, now - gone_since_)));
    }
    health_.state = Health::State::good;
    health_.since = now;
}

void Guard::note_failure(const Turn& turn, const Error& error) {
    const auto now = clock_.now();
    ++health_.failures;
    ++failures_in_a_row_;
    health_.last_failure = now;
    health_.last_error = error.message;
    if (health_.state == Health::State::resting) {
        if (turn.is_probe) rest(std::min(rest_length_ * 2, longest_rest));
        return;
    }
    if (failures_in_a_row_ == 1) gone_since_ = now;
    if (failures_in_a_row_ < failures_before_rest) {
        if (health_.state != Health::State::failing) health_.since = now;
        health_.state = Health::State::failing;
        log_.debug("providers", "«{}»: {}", name_, error.message);
        return;
    }
    health_.state = Health::State::resting;
    health_.since = gone_since_;
    const bool was_steady = rest_length_ == seconds{0} || now_() - good_since_ >= steady_after;
    rest(was_steady ? first_rest : std::min(rest_length_ * 2, longest_rest));
    log_.warning("providers",
                 "«{}» does not answer: {}. Until it does, nobody it is asked about gets in; it is "
                 "asked again after 1 s, and more seldom the longer it is gone",
                 name_, error.message);
}

void Guard::rest(seconds length) {
    rest_length_ = length;
    rest_until_ = now_() + length;
}

Health Guard::health() const {
    const std::lock_guard lock{mutex_};
    auto health = health_;
    if (health.state == Health::State::resting)
        health.rest_left = std::max(seconds{0}, std::chrono::ceil<seconds>(rest_until_ - now_()));
    return health;
}

}  // namespace rhumb::providers
