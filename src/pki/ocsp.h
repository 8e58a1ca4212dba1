#pragma once
/// What a responder says of one certificate (OCSP, RFC 6960): as it comes stapled to a handshake.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "pki/certificate.h"
#include "pki/crl.h"

namespace rhumb::pki {

/// No response is larger than this.
inline constexpr std::size_t ocsp_size_max = std::size_t{64} << 10U;

struct OcspStatus {
    enum class Kind { good, revoked, unknown };
    Kind kind = Kind::unknown;
    Seconds this_update{};
    std::optional<Seconds> next_update{};  ///< nothing: newer information is there at any time
    Seconds revoked_at{};                  ///< with `revoked`
    RevocationReason reason = RevocationReason::unspecified;

    /// From this_update to next_update, with `slack` on both sides for clocks that differ.
    bool is_current_at(Seconds now, std::chrono::seconds slack = std::chrono::minutes{5}) const;
};

/// Reads `der`, and what it says of `leaf`. `invalid`: it is damaged, is an error of the responder,
/// is about other certificates, or is signed neither by `issuer` nor by somebody whom that has
/// charged with it (RFC 6960 section 4.2.2.2); the message says which. `too_large`. Any thread.
Result<OcspStatus> read_ocsp(std::string_view der, const Certificate& leaf,
                             const Certificate& issuer, Seconds now);

}  // namespace rhumb::pki
