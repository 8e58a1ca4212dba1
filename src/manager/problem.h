#pragma once
/// Problems: what the API answers when something could not be done (RFC 9457), with the thing, the
/// step and the remedy.

#include <string>
#include <string_view>

#include "http/message.h"
#include "manager/schema.h"

namespace rhumb::manager {

struct Problem {
    int status = 500;
    std::string type = "about:blank";  ///< of those in docs/api.md: "rhumb:precondition"
    std::string title{};               ///< "": the phrase of the status
    std::string detail{};              ///< for a person: what failed, on what
    std::string thing{};               ///< what it was about: "user ann"
    std::string step{};                ///< what was being done: "changing a user"
    std::string remedy{};              ///< what to do now
    /// Faults of a text, each with line and column; null: none.
    Json faults = nullptr;
};

/// By the kind of the error; what is internal is not told, but logged by who calls this.
Problem to_problem(const Error& error);

Json to_json(const Problem& problem);
http::Response to_response(const Problem& problem);

/// The schema of all problems.
Json problem_schema();

}  // namespace rhumb::manager
