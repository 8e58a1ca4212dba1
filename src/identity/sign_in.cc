#include "identity/sign_in.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "base/text.h"
#include "crypto/random.h"
#include "identity/second_factor.h"
#include "identity/throttle.h"

namespace rhumb::identity {

namespace {

using std::chrono::seconds;
using Outcome = Entrance::Outcome;

constexpr seconds ticket_life{5 * 60};
constexpr std::uint32_t ticket_codes = 5;
constexpr std::size_t tickets_max = 4096;
/// Failures that go into the audit trail in a minute; the log has all.
constexpr std::uint32_t noted_max = 60;

/// That a password was right, and a code is waited for.
struct Ticket {
    std::string user;
    Seconds made{};
    std::uint32_t codes_left = ticket_codes;
};

/// The secret of the throttle; there always is one.
std::string some_secret() {
    const auto random = crypto::random_bytes(32);
    return random ? *random : std::string{};
}

std::string_view place_of(std::string_view from) {
    return from.empty() ? std::string_view{"this machine"} : from;
}

/// Under what codes of a user are counted, wherever they come from: who guesses at them knows the
/// password.
std::string codes_of(std::string_view user) { return fmt::format("codes\n{}", user); }
std::string_view anywhere_but_here(std::string_view from) {
    const auto address = throttled_address(from);
    return from.empty() || address == "127.0.0.1" || address == "::1" ? from : "anywhere";
}

}  // namespace

struct SignIns::State {
    People& people;
    storage::Store& store;
    const Clock& clock;
    const observe::Log& log;
    SecondFactors factors;
    Throttle throttle{some_secret()};

    std::mutex mutex{};  ///< guards what follows
    std::map<std::string, Ticket, std::less<>> tickets{};
    Seconds minute{};
    std::uint32_t noted = 0;
    std::uint32_t not_noted = 0;
    Seconds told_unavailable{};
    Counts counts{};

    void count(Outcome outcome);

    Entrance first_step(const Attempt& attempt);
    Entrance second_step(const Attempt& attempt);
    Entrance judge_code(const User& user, const Attempt& attempt, bool has_ticket);
    Entrance let_in(const User& user, const Attempt& attempt, bool used_recovery_code);
    Entrance refuse(const std::optional<User>& user, std::string_view why, std::string_view from,
                    bool is_last);
    Entrance make_wait(seconds wait, std::string_view from);
    Entrance cannot_say(const Error& error);

    Result<std::string> add_ticket(const User& user);
    std::optional<Ticket> find_ticket(std::string_view text);
    /// After a wrong code.
    void spend(std::string_view ticket);
    /// How many failures before this one went into the log alone; nothing: so does this.
    std::optional<std::uint32_t> may_note(Seconds now);
    void note(std::string_view what, const std::optional<User>& user, std::string_view why,
              std::string_view from);
};

SignIns::SignIns(People& people, storage::Store& store, const crypto::Seal& seal,
                 const Clock& clock, const observe::Log& log)
    : state_{new State{.people = people,
                       .store = store,
                       .clock = clock,
                       .log = log,
                       .factors = SecondFactors{store, seal, clock}}} {}

SignIns::~SignIns() = default;

void SignIns::set_limits(const SignInLimits& limits) { state_->throttle.set_limits(limits); }

Entrance SignIns::confirm(std::string_view user, std::string_view password, std::string_view from) {
    auto& state = *state_;
    const auto verdict = state.throttle.admit(user, from, state.clock.now());
    if (verdict.wait.count() > 0) return state.make_wait(verdict.wait, from);
    const auto tried = state.people.users().sign_in(user, password);
    if (tried && !tried->is_accepted())
        return state.refuse(tried->user, to_text(tried->outcome), from, verdict.is_last);
    state.throttle.undone(user, from, state.clock.now());
    if (!tried) return state.cannot_say(tried.error());
    return {.outcome = Outcome::accepted};
}

SignIns::Counts SignIns::counts() const {
    const std::lock_guard lock{state_->mutex};
    return state_->counts;
}

bool SignIns::is_near(const Attempt& attempt) const {
    if (attempt.ticket.empty()) return state_->people.is_near(attempt.user);
    const auto ticket = state_->find_ticket(attempt.ticket);
    return !ticket || state_->people.is_near(ticket->user);
}

seconds SignIns::admit(std::string_view purpose, std::string_view from) {
    return state_->throttle.admit(purpose, from, state_->clock.now()).wait;
}

void SignIns::succeeded(std::string_view purpose, std::string_view from) {
    state_->throttle.succeeded(purpose, from, state_->clock.now());
}

Entrance SignIns::attempt(const Attempt& attempt) {
    auto entrance =
        attempt.ticket.empty() ? state_->first_step(attempt) : state_->second_step(attempt);
    state_->count(entrance.outcome);
    return entrance;
}

void SignIns::State::count(Outcome outcome) {
    const std::lock_guard lock{mutex};
    switch (outcome) {
        case Outcome::accepted: ++counts.accepted; break;
        case Outcome::refused:
        case Outcome::start_anew: ++counts.refused; break;
        case Outcome::needs_code: break;
        case Outcome::must_wait: ++counts.slowed; break;
        case Outcome::unavailable: ++counts.unavailable; break;
    }
}

Entrance SignIns::State::first_step(const Attempt& attempt) {
    const auto verdict = throttle.admit(attempt.user, attempt.from, clock.now());
    if (verdict.wait.count() > 0) return make_wait(verdict.wait, attempt.from);
    const auto tried = people.users().sign_in(attempt.user, attempt.password);
    if (!tried) {
        throttle.undone(attempt.user, attempt.from, clock.now());
        return cannot_say(tried.error());
    }
    if (!tried->is_accepted())
        return refuse(tried->user, to_text(tried->outcome), attempt.from, verdict.is_last);
    // What was counted is taken back: the code is counted for itself.
    throttle.undone(attempt.user, attempt.from, clock.now());
    return judge_code(*tried->user, attempt, false);
}

Entrance SignIns::State::second_step(const Attempt& attempt) {
    const auto ticket = find_ticket(attempt.ticket);
    if (!ticket) return {.outcome = Outcome::start_anew};
    const auto user = people.users().find(ticket->user);
    if (!user) return cannot_say(user.error());
    const bool is_as_it_was = *user && (*user)->is_active(clock.now()) &&
                              (*user)->password_changed.value_or(Seconds{}) <= ticket->made;
    if (!is_as_it_was) return {.outcome = Outcome::start_anew};
    auto entrance = judge_code(**user, attempt, true);
    if (entrance.outcome != Outcome::accepted) return entrance;
    const std::lock_guard lock{mutex};
    tickets.erase(std::string{attempt.ticket});
    return entrance;
}

Entrance SignIns::State::judge_code(const User& user, const Attempt& attempt, bool has_ticket) {
    const auto ask = [&]() -> Entrance {
        if (has_ticket)
            return {.outcome = Outcome::needs_code, .ticket = std::string{attempt.ticket}};
        auto ticket = add_ticket(user);
        if (!ticket) return cannot_say(ticket.error());
        return {.outcome = Outcome::needs_code, .ticket = *std::move(ticket)};
    };
    const bool has_code = !text::trim(attempt.code).empty();
    if (!has_code) {
        const auto state = factors.state_of(user.name);
        if (!state) return cannot_say(state.error());
        return state->confirmed ? ask() : let_in(user, attempt, false);
    }
    const auto counted = codes_of(user.name);
    const auto from = anywhere_but_here(attempt.from);
    const auto verdict = throttle.admit(counted, from, clock.now());
    if (verdict.wait.count() > 0) {
        auto entrance = make_wait(verdict.wait, attempt.from);
        if (has_ticket) entrance.ticket = attempt.ticket;
        return entrance;
    }
    const auto check = factors.check(user.name, attempt.code, attempt.from);
    if (!check || *check == SecondFactors::Check::not_asked_for)
        throttle.undone(counted, from, clock.now());
    if (!check) return cannot_say(check.error());
    if (*check == SecondFactors::Check::wrong) {
        refuse(user, "wrong code", attempt.from, verdict.is_last);
        spend(attempt.ticket);
        return ask();
    }
    throttle.succeeded(counted, from, clock.now());
    return let_in(user, attempt, *check == SecondFactors::Check::right_recovery_code);
}

Entrance SignIns::State::let_in(const User& user, const Attempt& attempt, bool used_recovery_code) {
    const auto person = people.look_up(user.name);
    if (!person) return cannot_say(person.error());
    if (!*person || !(*person)->is_active(clock.now()))
        return refuse(user, "disabled", attempt.from, false);
    throttle.succeeded(user.name, attempt.from, clock.now());
    log.info("sign-in", "«{}» signed in from {}{}", user.name, place_of(attempt.from),
             used_recovery_code ? " with a recovery code" : "");
    return {
        .outcome = Outcome::accepted, .person = *person, .used_recovery_code = used_recovery_code};
}

Entrance SignIns::State::refuse(const std::optional<User>& user, std::string_view why,
                                std::string_view from, bool is_last) {
    if (user)
        log.warning("sign-in", "«{}» from {} is refused: {}", user->name, place_of(from), why);
    else
        log.warning("sign-in", "somebody from {} is refused: {}", place_of(from), why);
    if (is_last)
        log.warning("sign-in", "{}: too many failures for one account, it has to wait",
                    place_of(from));
    note(is_last ? "sign-in.locked" : "sign-in.refused", user, why, from);
    return {.outcome = Outcome::refused};
}

Entrance SignIns::State::make_wait(seconds wait, std::string_view from) {
    log.info("sign-in", "{} has to wait {} s after failures", place_of(from), wait.count());
    return {.outcome = Outcome::must_wait, .wait = wait};
}

Entrance SignIns::State::cannot_say(const Error& error) {
    // Stores outside say for themselves when they go and come back.
    const auto now = clock.now();
    const std::lock_guard lock{mutex};
    if (now < told_unavailable || now - told_unavailable >= seconds{60}) {
        told_unavailable = now;
        log.error("sign-in", "somebody cannot sign in: {}", error.message);
    }
    return {.outcome = Outcome::unavailable};
}

Result<std::string> SignIns::State::add_ticket(const User& user) {
    TRY(const auto random, crypto::random_bytes(24));
    auto text = text::to_base64url(random);
    const auto now = clock.now();
    const std::lock_guard lock{mutex};
    std::erase_if(tickets, [now](const auto& one) {
        return now - one.second.made >= ticket_life || one.second.made > now;
    });
    if (tickets.size() >= tickets_max)
        tickets.erase(
            std::ranges::min_element(tickets, {}, [](const auto& one) { return one.second.made; }));
    tickets.emplace(text, Ticket{.user = user.name, .made = now});
    return text;
}

std::optional<Ticket> SignIns::State::find_ticket(std::string_view text) {
    const auto now = clock.now();
    const std::lock_guard lock{mutex};
    const auto found = tickets.find(text);
    if (found == tickets.end()) return std::nullopt;
    const auto& ticket = found->second;
    if (now - ticket.made >= ticket_life || ticket.made > now || ticket.codes_left == 0) {
        tickets.erase(found);
        return std::nullopt;
    }
    return ticket;
}

void SignIns::State::spend(std::string_view text) {
    const std::lock_guard lock{mutex};
    const auto found = tickets.find(text);
    if (found != tickets.end() && found->second.codes_left > 0) --found->second.codes_left;
}

std::optional<std::uint32_t> SignIns::State::may_note(Seconds now) {
    const std::lock_guard lock{mutex};
    if (now < minute || now - minute >= seconds{60}) {
        minute = now;
        noted = 0;
    }
    if (noted >= noted_max) {
        ++not_noted;
        return std::nullopt;
    }
    ++noted;
    return std::exchange(not_noted, 0);
}

void SignIns::State::note(std::string_view what, const std::optional<User>& user,
                          std::string_view why, std::string_view from) {
    const auto now = clock.now();
    const auto before = may_note(now);
    if (!before) return;
    auto detail = std::string{why};
    if (*before > 0) detail += fmt::format("; {} more before it are in the log alone", *before);
    // Also for names that nobody has: else the time would tell which they are.
    const auto done = store.transact([&](storage::Transaction& transaction) {
        return transaction.add_event({.time = now,
                                      .who = user ? user->name : std::string{"somebody"},
                                      .from = std::string{place_of(from)},
                                      .what = std::string{what},
                                      .subject = user ? user->name : std::string{},
                                      .detail = std::move(detail)});
    });
    if (!done) log.error("sign-in", "{}", done.error().message);
}

}  // namespace rhumb::identity
