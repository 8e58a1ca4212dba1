#include "crypto/password_hash.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sodium.h>

#include "base/text.h"
#include "crypto/random.h"

namespace rhumb::crypto {

namespace {

constexpr std::uint64_t passes_min = 2;
constexpr std::uint64_t passes_max = 16;

using HashText = std::array<char, crypto_pwhash_STRBYTES>;

Result<void> begin() {
    if (sodium_init() < 0) return fail(ErrorKind::internal, "libsodium cannot be started");
    return {};
}

tl::unexpected<Error> no_memory(const char* what) {
    return fail(ErrorKind::unavailable, "{}: there is not enough memory now; try again", what);
}

/// The hash as the library wants it: ended by zeros. Nothing when it is no hash of Argon2id.
bool to_text(std::string_view hash, HashText& text) {
    if (!hash.starts_with(crypto_pwhash_argon2id_STRPREFIX) || hash.size() >= text.size() ||
        hash.find('\0') != std::string_view::npos)
        return false;
    text.fill('\0');
    std::ranges::copy(hash, text.begin());
    return true;
}

}  // namespace

Result<HashCost> measure_hash_cost(std::chrono::milliseconds wanted) {
    HashCost cost;
    // The first one also pays for the memory that the system must find.
    TRY_DONE(hash_password("measured", cost));
    const auto begun = std::chrono::steady_clock::now();
    TRY_DONE(hash_password("measured", cost));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    const double a_pass = taken.count() / static_cast<double>(cost.passes);
    const double seconds = std::chrono::duration<double>(wanted).count();
    const auto passes = a_pass > 0 ? seconds / a_pass : static_cast<double>(passes_max);
    cost.passes =
        std::clamp(static_cast<std::uint64_t>(std::min(passes, 1e6)), passes_min, passes_max);
    return cost;
}

Result<std::string> hash_password(std::string_view password, const HashCost& cost) {
    TRY_DONE(begin());
    if (password.size() > password_bytes_max)
        return fail(ErrorKind::invalid, "the password is longer than {} bytes", password_bytes_max);
    HashText text{};
    errno = 0;
    if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes,
                              cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        if (errno == EINVAL) return fail(ErrorKind::internal, "no such cost of a password's hash");
        return no_memory("hashing a password");
    }
    return std::string{text.data()};
}

Result<std::string> nobodys_hash(const HashCost& cost) {
    TRY(const auto salt, random_bytes(crypto_pwhash_argon2id_SALTBYTES));
    TRY(const auto hash, random_bytes(32));
    const auto unpadded = [](std::string_view bytes) {
        auto text = text::to_base64(bytes);
        return text.substr(0, text.find('='));
    };
    return fmt::format("{}v=19$m={},t={},p=1${}${}", crypto_pwhash_argon2id_STRPREFIX,
                       cost.memory_bytes / 1024, cost.passes, unpadded(salt), unpadded(hash));
}

Result<bool> is_password(std::string_view hash, std::string_view password) {
    TRY_DONE(begin());
    HashText text{};
    if (password.size() > password_bytes_max || !to_text(hash, text)) return false;
    errno = 0;
    if (crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0) return true;
    if (errno == ENOMEM) return no_memory("checking a password");
    return false;
}

bool needs_new_hash(std::string_view hash, const HashCost& cost) {
    HashText text{};
    return !to_text(hash, text) ||
           crypto_pwhash_str_needs_rehash(text.data(), cost.passes, cost.memory_bytes) != 0;
}

}  // namespace rhumb::crypto
