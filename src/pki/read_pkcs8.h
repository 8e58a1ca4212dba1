#pragma once
/// Opening PKCS#8 keys, alone or inside a PKCS#12 file. For the .cc files of `pki` alone.

#include <span>

#include <openssl/x509.h>

#include "pki/bag_reading.h"

namespace rhumb::pki {

/// Tries each form; `denied` when none opens it.
Result<Key> unlock_key(const X509_SIG& sealed, std::span<const PasswordForm> forms,
                       Reading& reading);

/// The key that is inside, when it works.
Result<Key> to_key(const PKCS8_PRIV_KEY_INFO* info, Reading& reading);

}  // namespace rhumb::pki
