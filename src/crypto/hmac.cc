#include "crypto/hmac.h"

#include <openssl/evp.h>

#include "crypto/errors.h"

namespace rhumb::crypto {

namespace {

Result<std::string> hmac(const char* digest_name, std::size_t digest_size, std::string_view key,
                         std::string_view message) {
    std::string digest(digest_size, '\0');
    std::size_t size = 0;
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, digest_name, nullptr, key.data(), key.size(),
                  reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                  reinterpret_cast<unsigned char*>(digest.data()), digest.size(), &size) == nullptr)
        return openssl_failed(ErrorKind::internal, "computing an HMAC");
    return digest;
}

}  // namespace

Result<std::string> hmac_sha1(std::string_view key, std::string_view message) {
    return hmac("SHA1", 20, key, message);
}

Result<std::string> hmac_sha256(std::string_view key, std::string_view message) {
    return hmac("SHA256", 32, key, message);
}

}  // namespace rhumb::crypto
