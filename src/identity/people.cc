#include "identity/people.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/text.h"

namespace rhumb::identity {

namespace {

/// More users than that at once are not kept, whatever they ask for.
constexpr std::size_t known_max = 100'000;

std::vector<std::string> in_lower_case(std::vector<std::string> names) {
    for (auto& name : names) name = text::to_lower(name);
    std::ranges::sort(names);
    const auto again = std::ranges::unique(names);
    names.erase(again.begin(), again.end());
    return names;
}

/// By these two, at this moment.
std::shared_ptr<const Person> to_person(const User& user, Standing standing) {
    return std::make_shared<const Person>(
        Person{.name = user.name,
               .roles = in_lower_case(std::move(standing.roles)),
               .privilege = standing.privilege,
               .expires = user.expires,
               .is_disabled = user.disabled.has_value(),
               .since = std::max(user.created, user.password_changed.value_or(user.created))});
}

}  // namespace

struct People::State {
    struct Known {
        std::shared_ptr<const Person> person;
        Seconds since;  ///< when it was looked up
    };

    UserStore& users;
    RoleStore& roles;
    const Clock& clock;
    std::chrono::seconds age_max;

    mutable std::shared_mutex mutex{};
    std::unordered_map<std::string, Known> known{};  // by the name in lower case
    std::uint64_t generation = 0;                    // another one after each forget()
};

People::People(UserStore& users, RoleStore& roles, const Clock& clock, std::chrono::seconds age_max)
    : state_{new State{.users = users, .roles = roles, .clock = clock, .age_max = age_max}} {}

People::~People() = default;

std::shared_ptr<const Person> People::find(std::string_view user) const {
    const auto name = text::to_lower(user);
    const auto now = state_->clock.now();
    const std::shared_lock lock{state_->mutex};
    const auto found = state_->known.find(name);
    if (found == state_->known.end()) return nullptr;
    const auto& known = found->second;
    // Whichever way a clock was set, what is kept does not grow older than it may.
    const bool is_fresh = now >= known.since && now - known.since < state_->age_max;
    return is_fresh ? known.person : nullptr;
}

Result<std::shared_ptr<const Person>> People::load(std::string_view user) {
    std::uint64_t generation = 0;
    {
        const std::shared_lock lock{state_->mutex};
        generation = state_->generation;
    }
    const auto now = state_->clock.now();
    TRY(const auto found, state_->users.find(user));
    if (!found) return std::shared_ptr<const Person>{};
    TRY(auto standing, state_->roles.standing(found->name));
    auto person = to_person(*found, std::move(standing));
    const std::unique_lock lock{state_->mutex};
    // Else it was changed while it was read: it holds for who asked, and for nobody else.
    if (generation == state_->generation) {
        if (state_->known.size() >= known_max) state_->known.clear();
        state_->known.insert_or_assign(text::to_lower(user), State::Known{person, now});
    }
    return person;
}

void People::forget() {
    const std::unique_lock lock{state_->mutex};
    ++state_->generation;
    state_->known.clear();
}

UserStore& People::users() { return state_->users; }
RoleStore& People::roles() { return state_->roles; }

}  // namespace rhumb::identity
