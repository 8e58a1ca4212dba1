#include "crypto/hmac.h"

#include <openssl/evp.h>

#include "crypto/errors.h"

namespace rhumb::crypto {

Result<std::string> hmac_sha1(std::string_view key, std::string_view message) {
    std::string digest(20, '\0');
    std::size_t size = 0;
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA1", nullptr, key.data(), key.size(),
                  reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                  reinterpret_cast<unsigned char*>(digest.data()), digest.size(), &size) == nullptr)
        return openssl_failed(ErrorKind::internal, "computing an HMAC");
    return digest;
}

}  // namespace rhumb::crypto
