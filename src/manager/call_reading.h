#pragma once
/// Reading a call out of a request: its query and its body, as the route says.

#include "http/message.h"
#include "manager/route.h"

namespace rhumb::manager {

/// Takes the parameters that the route knows; `invalid` for others, for one given twice, and for
/// values that are not as their schema says. What proves who asks ("token") is passed over.
Result<void> read_query(std::string_view query, const Route& route,
                        std::map<std::string, std::string, std::less<>>& into);

/// Reads the body against the route's schema. `invalid`, `too_large`. A route that takes none is
/// sent none.
net::Task<Json> read_body(http::Request& request, const Route& route, const Schemas& schemas,
                          std::size_t bytes_max);

/// True when the content of a request is JSON by its own word.
bool says_json(const http::Headers& headers);

/// Those that lists take: limit and after.
std::vector<Parameter> page_parameters();
inline constexpr std::int64_t page_size = 100;
inline constexpr std::int64_t page_size_max = 1000;

}  // namespace rhumb::manager
