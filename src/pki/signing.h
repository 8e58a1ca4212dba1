#pragma once
/// What is the same whenever a key signs something. For the .cc files of `pki` alone.

#include <memory>
#include <string>

#include "base/result.h"
#include "crypto/handles.h"
#include "pki/key.h"

namespace rhumb::pki {

/// SHA-256, or as strong as the signing key: SHA-384 for P-384, SHA-512 for P-521; null for
/// Ed25519, which has its own.
const EVP_MD* digest_for(const EVP_PKEY* key);

/// 127 random bits: unguessable and unique, positive, within the 20 bytes of RFC 5280.
Result<void> set_random_serial(X509* x509);

/// The key when it signs what its public half verifies; else `invalid`. Cheaper than OpenSSL's own
/// check, which looks whether the factors of RSA are prime.
Result<Key> check_works(Key key);

/// Lets go of an object that is another's now.
template <class T, class Free>
void give_away(std::unique_ptr<T, Free>& handle) {
    [[maybe_unused]] T* const given = handle.release();
}

/// The bytes of what an i2d function writes; "" when it fails.
template <class T, class Function>
std::string to_der_bytes(T* object, Function i2d) {
    unsigned char* bytes = nullptr;
    const int size = i2d(object, &bytes);
    if (size <= 0) return {};
    std::string der{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return der;
}

}  // namespace rhumb::pki
