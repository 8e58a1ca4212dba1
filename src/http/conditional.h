#pragma once
/// Conditional requests (RFC 9110 section 13): whether a client still has what it asks for, or
/// would overwrite what it has not seen.

#include <chrono>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace rhumb::http {

/// What tells one state of a resource from another.
struct Validators {
    std::string_view etag;  ///< with its quotes: "\"1-a\"", "W/\"1\""; empty when there is none
    std::chrono::sys_seconds last_modified{};
    bool has_last_modified = true;
};

enum class Condition {
    proceed,       ///< answer as if there were no condition
    not_modified,  ///< 304
    failed,        ///< 412
};

/// Weighs If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of
/// section 13.2.2 for a resource that exists. Dates that are none are no conditions.
Condition weigh_conditions(Method method, const Headers& headers, const Validators& validators);

/// True when a Range may be answered: there is no If-Range, or it names this very state (strong
/// comparison; a date must be the same second).
bool if_range_holds(const Headers& headers, const Validators& validators);

/// The list of entity tags in If-Match or If-None-Match holds `etag`, or is "*". `weak`: W/ makes
/// no difference.
bool etag_in_list(std::string_view list, std::string_view etag, bool weak);

}  // namespace rhumb::http
