#pragma once
/// Writes PKCS#12 files that Java takes for a trust store: roots alone, no key.

#include <span>
#include <string>

#include "base/result.h"
#include "crypto/secret.h"
#include "pki/certificate.h"
#include "pki/pkcs12.h"

namespace rhumb::pki {

/// One root, and the alias under which keytool lists it. Aliases are told apart without case.
struct TrustEntry {
    std::string alias;
    Certificate certificate;
};

/// The file's bytes. Each entry bears the attribute 2.16.840.1.113894.746875.1.1 with the value
/// "any purpose": without it Java shows the certificate, but does not trust it. The bytes are no
/// secret; the password (UTF-8, not empty: Java would not open the file) guards against changes.
/// `modern` is read by Java from 8u301 and 11.0.12, `compatible` by every Java, but by no machine
/// in FIPS mode. `invalid`: an alias or the password is empty or not UTF-8, or two aliases are
/// equal.
Result<std::string> to_trust_pkcs12(std::span<const TrustEntry> entries,
                                    const crypto::Secret& password,
                                    Pkcs12Encryption encryption = Pkcs12Encryption::modern);

}  // namespace rhumb::pki
