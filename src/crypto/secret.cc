#include "crypto/secret.h"

#include <algorithm>
#include <utility>

#include <openssl/crypto.h>

namespace rhumb::crypto {

Secret::Secret(std::size_t size)
    : bytes_{size == 0 ? nullptr : std::make_unique<char[]>(size)}, size_{size} {}

Secret Secret::copy_of(std::string_view bytes) {
    Secret secret{bytes.size()};
    std::ranges::copy(bytes, secret.data());
    return secret;
}

Secret::Secret(Secret&& other) noexcept
    : bytes_{std::move(other.bytes_)}, size_{std::exchange(other.size_, 0)} {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept {
    if (bytes_) crypto::wipe(bytes_.get(), size_);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(void* bytes, std::size_t size) noexcept { OPENSSL_cleanse(bytes, size); }

}  // namespace rhumb::crypto
