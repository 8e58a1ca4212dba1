#pragma once
/// One-time codes by time (RFC 6238): six digits, of HMAC-SHA-1, another each 30 seconds. What all
/// authenticator apps understand.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace rhumb::identity {

inline constexpr std::size_t one_time_secret_size = 20;  // RFC 4226 section 4, R6

std::int64_t one_time_step(Seconds now);

/// The code of that step.
Result<std::string> one_time_code(std::string_view secret, std::int64_t step);

/// The step that a typed code (blanks are left out) is of, among the one that is now, the one
/// before and the one after, and later than `last_step`: no code counts twice. Takes as long
/// whichever it is.
std::optional<std::int64_t> find_step(std::string_view secret, std::string_view typed, Seconds now,
                                      std::int64_t last_step);

/// RFC 4648 section 6, without padding: what people type into an app that cannot scan.
std::string to_base32(std::string_view bytes);

/// otpauth://totp/… for the QR code. `issuer`: what the app shows above the code, e.g. the host.
std::string one_time_uri(std::string_view secret, std::string_view issuer, std::string_view user);

}  // namespace rhumb::identity
