#pragma once
/// What a server answers to a ClientHello, as far as it can be read without keys: strictly, and
/// within bounds (RFC 8446 sections 4.1.3, 4.1.4, 5.1, 6; RFC 5246 section 7.4; RFC 6066 section
/// 8).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::tls {

struct Alert {
    bool is_fatal = true;
    std::uint8_t description = 0;
};

struct ServerHello {
    std::uint16_t version = 0;  ///< that is chosen
    std::uint16_t suite = 0;
    std::uint16_t group =
        0;                  ///< TLS 1.3: of the key exchange, or the one that is asked for; 0: none
    bool is_retry = false;  ///< TLS 1.3: a HelloRetryRequest
    bool compresses = false;
    bool renegotiates_safely = false;  ///< RFC 5746
};

/// The server's part of the key exchange, of TLS 1.2 and before.
struct ServerShare {
    std::uint16_t group = 0;  ///< a named curve; 0: none
    int prime_bits = 0;       ///< DHE, and RSA of export suites; 0: none
};

struct ServerAnswer {
    std::optional<Alert> alert{};
    std::optional<ServerHello> hello{};
    std::vector<std::string> certificates{};  ///< DER; TLS 1.2 and before
    std::string staple{};                     ///< an OCSP response in DER
    std::optional<ServerShare> share{};
    bool asks_certificate = false;
    bool is_complete = false;  ///< nothing more can be read, or is to be waited for
};

/// More than this is no answer.
inline constexpr std::size_t answer_size_max = std::size_t{160} << 10U;

/// Reads what has come so far. Not yet complete: more bytes are to be waited for, and all of it
/// given again. `invalid`: it is no TLS, or breaks its rules; `too_large`.
Result<ServerAnswer> read_answer(std::string_view bytes);

/// True when the bytes begin as a record of SSL 3.0 or TLS does, as far as they go.
bool begins_like_tls(std::string_view bytes);

}  // namespace rhumb::tls
