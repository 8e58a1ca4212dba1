#pragma once
/// Fetching small things over HTTP: certificates of issuers, revocation lists. Bounded in size,
/// time and redirects; http and https alone; proxies as the environment says are not used.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace rhumb::fetch {

/// Which addresses may be connected to. What a certificate from outside says must not lead into
/// the machine itself.
enum class Reach {
    anywhere,
    not_this_machine,  ///< no loopback, link-local, multicast or unspecified address
    public_only,       ///< no private network either (RFC 1918, RFC 4193, RFC 6598)
};

struct Options {
    std::size_t size_max = std::size_t{1} << 20U;  ///< of the body
    std::chrono::milliseconds limit{10'000};       ///< for all of it, redirects too
    long redirects_max = 3;
    Reach reach = Reach::not_this_machine;
    /// PEM file with the roots for https; "": the system's. Certificates are always verified.
    std::string roots_file{};
};

/// The body behind `url`, answered with 200. `invalid`: no URL of http or https, or it leads where
/// it may not; `not_found`: the server says that there is nothing (404, 410); `too_large`;
/// `unavailable`: anything else, with the reason. Any thread; blocks, so never on a loop.
Result<std::string> get(const std::string& url, const Options& options = {});

}  // namespace rhumb::fetch
