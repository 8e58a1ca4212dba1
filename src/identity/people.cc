#include "identity/people.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/text.h"

namespace rhumb::identity {

namespace {

/// More users than that at once are not kept, whatever they ask for.
constexpr std::size_t known_max = 100'000;
/// Names that nobody has are kept shortly, and not many of them: a new user is let in soon, and
/// invented names do not push out those of people.
constexpr std::size_t unknown_max = 10'000;
constexpr std::chrono::seconds unknown_age_max{10};
/// For an answer that another has asked for. Stores outside have limits of their own, shorter ones.
constexpr std::chrono::seconds wait_max{30};

std::vector<std::string> in_lower_case(std::vector<std::string> names) {
    for (auto& name : names) name = text::to_lower(name);
    std::ranges::sort(names);
    const auto again = std::ranges::unique(names);
    names.erase(again.begin(), again.end());
    return names;
}

/// By these two, at this moment.
std::shared_ptr<const Person> to_person(const User& user, Standing standing, Seconds from) {
    return std::make_shared<const Person>(Person{
        .name = user.name,
        .roles = in_lower_case(std::move(standing.roles)),
        .privilege = standing.privilege,
        .expires = user.expires,
        .is_disabled = user.disabled.has_value(),
        .since = std::max({user.created, user.password_changed.value_or(user.created), from})});
}

using Answer = Result<std::shared_ptr<const Person>>;

/// Before when nothing counts, and for whom it does all the same.
struct Beginning {
    Seconds since{};
    std::function<Result<bool>(std::string_view)> is_exempt{};
};

Answer ask_stores(const UserStore& users, const RoleStore& roles, std::string_view user,
                  const Beginning& beginning) {
    TRY(const auto found, users.find(user));
    if (!found) return std::shared_ptr<const Person>{};
    TRY(auto standing, roles.standing(found->name));
    auto from = beginning.since;
    if (beginning.is_exempt) {
        TRY(const bool is_exempt, beginning.is_exempt(found->name));
        if (is_exempt) from = Seconds{};
    }
    return to_person(*found, std::move(standing), from);
}

/// One look-up, which others wait for.
struct LookUp {
    explicit LookUp(std::uint64_t its_generation) : generation{its_generation} {}
    const std::uint64_t generation;
    std::optional<Answer> answer{};  // guarded by People::State::mutex
};

}  // namespace

struct People::State {
    struct Known {
        std::shared_ptr<const Person> person;  // null: nobody has that name
        Seconds since;                         // when it was looked up
    };

    UserStore& users;
    RoleStore& roles;
    const Clock& clock;

    mutable std::shared_mutex mutex{};
    std::condition_variable_any has_answer{};
    std::chrono::seconds age_max{};
    std::shared_ptr<const Beginning> beginning = std::make_shared<const Beginning>();
    std::unordered_map<std::string, Known> known{};  // by the name in lower case
    std::unordered_map<std::string, std::shared_ptr<LookUp>> under_way{};  // the same
    std::size_t unknown = 0;       // of those known, names that nobody has
    std::uint64_t generation = 0;  // another one after each forget()

    mutable std::atomic<std::uint64_t> from_memory{0};
    std::atomic<std::uint64_t> from_stores{0};
    std::atomic<std::uint64_t> failed{0};

    // What follows is called with the mutex.
    const Known* find_fresh(const std::string& name, Seconds now) const;
    void keep(const std::string& name, Known fresh);

    /// Asks the stores, and tells who waits.
    Answer ask(const std::string& name, std::string_view user,
               const std::shared_ptr<LookUp>& look_up);
};

const People::State::Known* People::State::find_fresh(const std::string& name, Seconds now) const {
    const auto found = known.find(name);
    if (found == known.end()) return nullptr;
    const auto& it = found->second;
    const auto limit = it.person ? age_max : std::min(age_max, unknown_age_max);
    // Whichever way a clock was set, what is kept does not grow older than it may.
    return now >= it.since && now - it.since < limit ? &it : nullptr;
}

void People::State::keep(const std::string& name, Known fresh) {
    if (!fresh.person && unknown >= unknown_max) {
        std::erase_if(known, [](const auto& one) { return !one.second.person; });
        unknown = 0;
    }
    if (known.size() >= known_max) {
        known.clear();
        unknown = 0;
    }
    const auto before = known.find(name);
    if (before != known.end() && !before->second.person) --unknown;
    if (!fresh.person) ++unknown;
    known.insert_or_assign(name, std::move(fresh));
}

People::People(UserStore& users, RoleStore& roles, const Clock& clock, std::chrono::seconds age_max)
    : state_{new State{.users = users, .roles = roles, .clock = clock, .age_max = age_max}} {}

People::~People() = default;

void People::set_age_max(std::chrono::seconds age_max) {
    const std::unique_lock lock{state_->mutex};
    state_->age_max = age_max;
}

std::shared_ptr<const Person> People::find(std::string_view user) const {
    const auto name = text::to_lower(user);
    const auto now = state_->clock.now();
    const std::shared_lock lock{state_->mutex};
    const auto* const known = state_->find_fresh(name, now);
    if (known == nullptr || !known->person) return nullptr;
    state_->from_memory.fetch_add(1, std::memory_order_relaxed);
    return known->person;
}

Answer People::load(std::string_view user) {
    const auto name = text::to_lower(user);
    std::shared_ptr<LookUp> look_up;
    {
        std::unique_lock lock{state_->mutex};
        if (const auto* const known = state_->find_fresh(name, state_->clock.now())) {
            state_->from_memory.fetch_add(1, std::memory_order_relaxed);
            return known->person;
        }
        const auto found = state_->under_way.find(name);
        // What was asked before a change may tell of the time before it.
        if (found != state_->under_way.end() && found->second->generation == state_->generation) {
            const auto other = found->second;
            const bool is_told = state_->has_answer.wait_for(
                lock, wait_max, [&other] { return other->answer.has_value(); });
            if (is_told) return *other->answer;
            return fail(ErrorKind::unavailable,
                        "who «{}» is was asked, and has not been answered yet", user);
        }
        look_up = std::make_shared<LookUp>(state_->generation);
        state_->under_way.insert_or_assign(name, look_up);
    }
    return state_->ask(name, user, look_up);
}

Answer People::look_up(std::string_view user) {
    const auto name = text::to_lower(user);
    std::shared_ptr<LookUp> look_up;
    {
        const std::unique_lock lock{state_->mutex};
        look_up = std::make_shared<LookUp>(state_->generation);
        state_->under_way.insert_or_assign(name, look_up);
    }
    return state_->ask(name, user, look_up);
}

Answer People::State::ask(const std::string& name, std::string_view user,
                          const std::shared_ptr<LookUp>& look_up) {
    const auto now = clock.now();
    from_stores.fetch_add(1, std::memory_order_relaxed);
    std::shared_ptr<const Beginning> from;
    {
        const std::shared_lock lock{mutex};
        from = beginning;
    }
    auto answer = ask_stores(users, roles, user, *from);
    if (!answer) failed.fetch_add(1, std::memory_order_relaxed);
    const std::unique_lock lock{mutex};
    // Else it was changed while it was read: it holds for who asked, and for nobody else.
    if (answer && look_up->generation == generation) keep(name, {*answer, now});
    look_up->answer = answer;
    const auto mine = under_way.find(name);
    if (mine != under_way.end() && mine->second == look_up) under_way.erase(mine);
    has_answer.notify_all();
    return answer;
}

void People::forget() {
    const std::unique_lock lock{state_->mutex};
    ++state_->generation;
    state_->known.clear();
    state_->unknown = 0;
}

void People::count_from(Seconds since, std::function<Result<bool>(std::string_view)> is_exempt) {
    auto beginning = std::make_shared<const Beginning>(
        Beginning{.since = since, .is_exempt = std::move(is_exempt)});
    const std::unique_lock lock{state_->mutex};
    state_->beginning = std::move(beginning);
    ++state_->generation;
    state_->known.clear();
    state_->unknown = 0;
}

bool People::is_near(std::string_view user) const {
    return state_->users.is_near(user) && state_->roles.is_near(user);
}

People::Counts People::counts() const {
    return {.from_memory = state_->from_memory.load(std::memory_order_relaxed),
            .from_stores = state_->from_stores.load(std::memory_order_relaxed),
            .failed = state_->failed.load(std::memory_order_relaxed)};
}

UserStore& People::users() { return state_->users; }
RoleStore& People::roles() { return state_->roles; }

}  // namespace rhumb::identity
