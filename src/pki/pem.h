#pragma once
/// PEM (RFC 7468): base64 between BEGIN and END lines, with any text around.

#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/certificate.h"

namespace rhumb::pki {

inline constexpr std::size_t pem_size_max = std::size_t{1} << 20U;
inline constexpr std::size_t pem_certificates_max = 64;

/// All certificates of the text, in its order; other blocks and text are passed over. An empty
/// answer is no error. `invalid`: a certificate is damaged (the message says which); `too_large`:
/// beyond the two limits above.
Result<std::vector<Certificate>> read_certificates(std::string_view pem);

}  // namespace rhumb::pki
