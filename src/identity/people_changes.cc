#include "identity/people_changes.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "storage/audit.h"

namespace rhumb::identity {

namespace {

/// More of them at once are not looked through.
constexpr std::size_t events_max = 500;

bool is_about_people(const storage::Event& event) {
    constexpr std::array<std::string_view, 3> areas{"user.", "role.", "first-administrator."};
    return std::ranges::any_of(
        areas, [&event](std::string_view area) { return event.what.starts_with(area); });
}

}  // namespace

PeopleChanges::PeopleChanges(const storage::Store& store) : store_{store} { (void)look(); }

bool PeopleChanges::look() {
    const auto newest = store_.read([](const storage::View& view) { return view.events(1); });
    if (!newest) return true;
    const auto last = newest->empty() ? storage::Id{0} : newest->front().id;
    const auto before = std::exchange(seen_, last);
    if (last == before) return false;
    if (last < before) return true;  // another store than it was: a backup
    const auto events = store_.read([before](const storage::View& view) {
        return storage::events_after(view, before, events_max);
    });
    return !events || events->size() >= events_max || std::ranges::any_of(*events, is_about_people);
}

}  // namespace rhumb::identity
