#pragma once
/// Writes PKCS#7 files (RFC 2315 "certs-only" signed data; `.p7b`, `.p7c`): certificates without
/// keys.

#include <span>
#include <string>

#include "base/result.h"
#include "pki/certificate.h"

namespace rhumb::pki {

/// In the order given, as DER. `invalid` when there are none.
Result<std::string> to_pkcs7_der(std::span<const Certificate> certificates);
/// The same between -----BEGIN PKCS7----- and -----END PKCS7-----.
Result<std::string> to_pkcs7_pem(std::span<const Certificate> certificates);

}  // namespace rhumb::pki
