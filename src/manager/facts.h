#pragma once
/// What several resources say in the same way. Inside this module only.

#include <algorithm>
#include <optional>
#include <string>

#include "base/instant.h"
#include "base/text.h"
#include "manager/route.h"

namespace rhumb::manager {

/// A time of a client: RFC 3339. `invalid` names `what`.
Result<Seconds> to_moment(const std::string& text, std::string_view what);

/// The same of a member of a body that may be null or not there; nothing for both.
Result<std::optional<Seconds>> find_moment(const Json& body, std::string_view name);

/// A text member; `otherwise` when it is not there.
std::string text_of(const Json& body, std::string_view name, std::string otherwise = {});

/// How many items a page may have.
std::size_t limit_of(const Call& call);

inline Json json_of(const std::optional<Seconds>& time) {
    return time ? Json(to_iso(*time)) : Json(nullptr);
}

/// A page of something that is all at hand, sorted by its name without regard to case: what comes
/// behind `after`.
template <class Items, class NameOf, class ToJson>
Answer page_of(const Items& items, const Call& call, const NameOf& name_of, const ToJson& to_json) {
    const auto after = text::to_lower(call.asked("after"));
    const auto limit = limit_of(call);
    Answer answer{.body = {{"items", Json::array()}, {"next", nullptr}}};
    auto& page = answer.body["items"];
    std::string last;
    for (const auto& item : items) {
        const std::string name = name_of(item);
        if (!after.empty() && text::to_lower(name) <= after) continue;
        if (page.size() == limit) {
            answer.next = last;
            break;
        }
        page.push_back(to_json(item));
        last = name;
    }
    return answer;
}

}  // namespace rhumb::manager
