#include "crypto/hash.h"

#include <openssl/evp.h>

#include "crypto/errors.h"

namespace rhumb::crypto {

namespace {

Result<std::string> digest_of(std::string_view bytes, const char* name, std::size_t digest_size) {
    std::string digest(digest_size, '\0');
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, name, nullptr, bytes.data(), bytes.size(),
                     reinterpret_cast<unsigned char*>(digest.data()), &size) != 1)
        return openssl_failed(ErrorKind::internal, "computing a digest");
    return digest;
}

}  // namespace

Result<std::string> sha256(std::string_view bytes) { return digest_of(bytes, "SHA256", 32); }
Result<std::string> sha384(std::string_view bytes) { return digest_of(bytes, "SHA384", 48); }
Result<std::string> sha512(std::string_view bytes) { return digest_of(bytes, "SHA512", 64); }

}  // namespace rhumb::crypto
