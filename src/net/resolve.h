#pragma once
/// Where a host name leads. The system's own resolver knows no deadline, so it is asked on a thread
/// of its own that nobody waits for longer than he has time.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/address.h"

namespace rhumb::net {

/// The addresses of `host` (a name, or a literal address), in the order in which they are to be
/// tried; never empty. `not_found`: the name leads nowhere. `unavailable`: the resolver has not
/// answered by then, or so many questions without an answer are under way that another is not
/// begun. Any thread; blocks, so never on a loop.
Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port,
                                     std::chrono::steady_clock::time_point deadline);

}  // namespace rhumb::net
