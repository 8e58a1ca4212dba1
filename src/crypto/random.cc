#include "crypto/random.h"

#include <cassert>
#include <cstring>
#include <limits>

#include <openssl/rand.h>

#include "crypto/errors.h"

namespace rhumb::crypto {

namespace {

unsigned char* as_unsigned(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

}  // namespace

Result<std::string> random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes_ex(nullptr, as_unsigned(bytes.data()), count, 0) != 1)
        return openssl_failed(ErrorKind::internal, "drawing random bytes");
    return bytes;
}

Result<Secret> random_secret(std::size_t count) {
    Secret secret{count};
    if (RAND_priv_bytes_ex(nullptr, as_unsigned(secret.data()), count, 0) != 1)
        return openssl_failed(ErrorKind::internal, "drawing random bytes for a key");
    return secret;
}

Result<std::uint64_t> random_below(std::uint64_t bound) {
    assert(bound != 0);
    // Numbers of the last, incomplete round are drawn again, so that none is likelier than another.
    const auto past = std::numeric_limits<std::uint64_t>::max() % bound + 1;
    const auto top = std::numeric_limits<std::uint64_t>::max() - past % bound;
    for (;;) {
        TRY(const auto bytes, random_bytes(sizeof(std::uint64_t)));
        std::uint64_t number = 0;
        std::memcpy(&number, bytes.data(), sizeof number);
        if (number <= top) return number % bound;
    }
}

}  // namespace rhumb::crypto
