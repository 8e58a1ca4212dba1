#include "crypto/hash.h"

#include <openssl/evp.h>

#include "crypto/errors.h"

namespace rhumb::crypto {

Result<std::string> sha256(std::string_view bytes) {
    std::string digest(32, '\0');
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(),
                     reinterpret_cast<unsigned char*>(digest.data()), &size) != 1)
        return openssl_failed(ErrorKind::internal, "computing a SHA-256 digest");
    return digest;
}

}  // namespace rhumb::crypto
