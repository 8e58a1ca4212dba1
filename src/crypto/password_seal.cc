#include "crypto/password_seal.h"

#include <openssl/evp.h>

#include "crypto/errors.h"
#include "crypto/random.h"
#include "crypto/seal.h"

namespace rhumb::crypto {

namespace {

constexpr std::string_view magic{"RHP\x01", 4};
constexpr std::size_t salt_size = 16;
constexpr std::size_t head_size = magic.size() + 3 + salt_size;
constexpr std::uint64_t memory_max = std::uint64_t{1} << 30U;

/// A blob comes from anywhere: what it asks for is bounded before it is computed.
Result<void> check_cost(const PasswordCost& cost) {
    const bool is_sane = cost.log2_n >= 10 && cost.log2_n <= 20 && cost.r >= 1 && cost.r <= 32 &&
                         cost.p >= 1 && cost.p <= 8 &&
                         (std::uint64_t{128} << cost.log2_n) * cost.r <= memory_max;
    if (is_sane) return {};
    return fail(ErrorKind::invalid,
                "it is sealed at a cost (scrypt 2^{}, {}, {}) that this program does not bear",
                cost.log2_n, cost.r, cost.p);
}

Result<Seal> seal_of(const Secret& password, std::string_view salt, const PasswordCost& cost) {
    TRY_DONE(check_cost(cost));
    Secret key{Seal::key_size};
    // Some room beside the large table, for what else scrypt needs.
    const auto memory = memory_max + (std::uint64_t{32} << 20U);
    if (EVP_PBE_scrypt(password.view().data(), password.size(),
                       reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                       std::uint64_t{1} << cost.log2_n, cost.r, cost.p, memory,
                       reinterpret_cast<unsigned char*>(key.data()), key.size()) != 1)
        return openssl_failed(ErrorKind::internal, "making a key of a password (scrypt)");
    return Seal::make(std::move(key));
}

}  // namespace

Result<PasswordCost> password_cost_of(std::string_view blob) {
    if (blob.size() <= head_size || !blob.starts_with(magic))
        return fail(ErrorKind::invalid, "it is nothing that was sealed under a password");
    const auto byte = [&](std::size_t index) {
        return static_cast<std::uint8_t>(blob[magic.size() + index]);
    };
    const PasswordCost cost{byte(0), byte(1), byte(2)};
    TRY_DONE(check_cost(cost));
    return cost;
}

Result<std::string> seal_under_password(std::string_view purpose, const Secret& password,
                                        std::string_view plain, const PasswordCost& cost) {
    TRY(const auto salt, random_bytes(salt_size));
    TRY(const auto seal, seal_of(password, salt, cost));
    TRY(const auto sealed, seal.seal(purpose, plain));
    std::string blob{magic};
    for (const auto byte : {cost.log2_n, cost.r, cost.p}) blob.push_back(static_cast<char>(byte));
    return blob + salt + sealed;
}

Result<Secret> open_under_password(std::string_view purpose, const Secret& password,
                                   std::string_view blob) {
    TRY(const auto cost, password_cost_of(blob));
    TRY(const auto seal, seal_of(password, blob.substr(head_size - salt_size, salt_size), cost));
    const auto sealed = blob.substr(head_size);
    // The sealed part names its key: another key means another password.
    const auto wanted = Seal::key_id_of(sealed);
    if (!wanted.empty() && wanted != seal.key_id())
        return fail(ErrorKind::denied, "opening {}: the password is another one", purpose);
    return seal.open(purpose, sealed);
}

}  // namespace rhumb::crypto
