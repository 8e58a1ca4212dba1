#pragma once
/// Asks a server over HTTP what there is to judge: a handful of polite requests, all GET, to the
/// server in question alone.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "doctor/http_seen.h"

namespace rhumb::doctor {

struct WebOrder {
    fetch::Url target{};
    /// Where the target's name leads; the first is asked. All of them count as the server in
    /// question.
    std::vector<std::string> addresses{};
    /// Connect here instead of to the target's port, for a server that is looked at from within.
    std::optional<std::uint16_t> port{};
    /// Where http is, beside an https target; without it, port 80.
    std::optional<std::uint16_t> clear_port{};
    bool has_clear = true;  ///< false: there is no http beside an https target, and nobody asks
    const Clock* clock = nullptr;  ///< never null
    std::chrono::milliseconds connect_limit{5'000};
    std::chrono::milliseconds answer_limit{10'000};
    /// What is left of the time for all, and no more than is wanted.
    std::function<std::chrono::milliseconds(std::chrono::milliseconds wanted)> left{};
};

/// The target, its redirects as far as they stay on the server, and http beside it. Certificates
/// are not verified: other checks judge them, and nothing secret is sent.
Web look_at_web(const WebOrder& order);

/// Documents of map services: what the target itself is, and what its page leads to (gis_look.h).
void look_at_map_services(const WebOrder& order, Web& web);

}  // namespace rhumb::doctor
