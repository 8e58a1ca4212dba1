#pragma once
/// What this machine is called, and where it can be reached.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "certs/host_names.h"

namespace rhumb::server {

/// Names and addresses as the system gives them now; `wanted` is added as it is.
certs::HostFacts host_facts(std::vector<std::string> wanted);

/// True when so many seconds of the wall clock and of the steady one have passed since the last
/// call: else the machine slept, or somebody set the clock.
class ClockJumps {
public:
    bool has_jumped(std::chrono::system_clock::time_point wall,
                    std::chrono::steady_clock::time_point steady);

private:
    std::optional<std::chrono::system_clock::time_point> wall_;
    std::chrono::steady_clock::time_point steady_;
};

}  // namespace rhumb::server
