#pragma once
/// Judges what was heard over HTTP. Pure; one file for each subject.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "doctor/finding.h"
#include "doctor/http_seen.h"

namespace rhumb::doctor {

/// What is known beside what was heard.
struct HttpContext {
    std::string about{};   ///< of the findings: the target's origin
    bool is_ours = false;  ///< a server of this installation
    /// Nothing when no client was asked.
    std::optional<bool> is_trusted{};  ///< some client accepts the certificate
    std::optional<bool> is_public{};   ///< browsers accept it by the roots that they come with
};

/// http_answers.cc: no HTTP, failures of the server, another site than was asked for.
std::span<const Rule> answer_rules();
std::vector<Finding> judge_answers(const Web& web, const HttpContext& context);

/// http_redirects.cc: where redirects lead. One finding for each way at most, and what both ways
/// have in common is said once.
std::span<const Rule> redirect_rules();
std::vector<Finding> judge_redirects(const Web& web, const HttpContext& context);

/// http_clear.cc: what is to be had in the clear beside https, and passwords asked for there.
std::span<const Rule> clear_rules();
std::vector<Finding> judge_beside(const Web& web, const HttpContext& context);

/// http_hsts.cc: Strict-Transport-Security (RFC 6797).
std::span<const Rule> hsts_rules();
std::vector<Finding> judge_hsts(const Web& web, const HttpContext& context);

/// http_cookies.cc: cookies over https (RFC 6265).
std::span<const Rule> cookie_rules();
std::vector<Finding> judge_cookies(const Web& web, const HttpContext& context);

/// http_clock.cc: the server's clock against ours.
struct ClockContext {
    std::optional<Seconds> certificate_begin{};  ///< of the one that the server shows
    std::optional<bool> is_here_synchronised{};  ///< as this machine's kernel knows
};
std::span<const Rule> clock_rules();
std::vector<Finding> judge_clock(const Web& web, const HttpContext& context,
                                 const ClockContext& clock);

/// The ports by which clients come beside the target's own.
std::vector<std::uint16_t> ports_of(const Web& web);

}  // namespace rhumb::doctor
