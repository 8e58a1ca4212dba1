#pragma once
/// Entries of the audit trail about users, roles, sessions and tokens. Inside this module only.

#include <string>
#include <string_view>
#include <utility>

#include "observe/actor.h"
#include "storage/records.h"

namespace rhumb::identity {

/// `what`: a noun and a verb, "user.added"; `subject`: the name of what it was done to.
inline storage::Event event(const observe::Actor& actor, Seconds now, std::string_view what,
                            std::string_view subject, std::string detail = {}) {
    return {.time = now,
            .who = actor.who,
            .from = actor.from,
            .what = std::string{what},
            .subject = std::string{subject},
            .detail = std::move(detail)};
}

}  // namespace rhumb::identity
