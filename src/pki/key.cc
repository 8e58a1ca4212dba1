#include "pki/key.h"

#include <algorithm>
#include <array>

#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/encoder.h>
#include <openssl/pkcs12.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "crypto/hash.h"
#include "pki/certificate.h"
#include "pki/native.h"
#include "pki/pem_blocks.h"
#include "pki/signing.h"

namespace rhumb::pki {

namespace {

struct KeyKind {
    KeyType type;
    std::string_view text;
    const char* curve;  // null: RSA
    std::size_t bits;
};

constexpr std::array key_kinds{
    KeyKind{KeyType::ec_p256, "ec-p256", "P-256", 256},
    KeyKind{KeyType::ec_p384, "ec-p384", "P-384", 384},
    KeyKind{KeyType::rsa_2048, "rsa-2048", nullptr, 2048},
    KeyKind{KeyType::rsa_3072, "rsa-3072", nullptr, 3072},
    KeyKind{KeyType::rsa_4096, "rsa-4096", nullptr, 4096},
};

const KeyKind& kind_of(KeyType type) { return *std::ranges::find(key_kinds, type, &KeyKind::type); }

std::shared_ptr<EVP_PKEY> shared(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

}  // namespace

Result<KeyType> parse_key_type(std::string_view text) {
    const auto* const kind = std::ranges::find(key_kinds, text, &KeyKind::text);
    if (kind != key_kinds.end()) return kind->type;
    return fail(ErrorKind::invalid,
                "«{}» is no kind of key; there are ec-p256, ec-p384, rsa-2048, rsa-3072, rsa-4096",
                text);
}

std::string_view to_text(KeyType type) { return kind_of(type).text; }

Result<std::string> PublicKey::digest() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    if (size <= 0) return crypto::openssl_failed(ErrorKind::internal, "encoding a public key");
    auto digest =
        crypto::sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return digest;
}

std::string PublicKey::type() const {
    if (EVP_PKEY_is_a(key_.get(), "RSA") == 1)
        return fmt::format("rsa-{}", EVP_PKEY_get_bits(key_.get()));
    if (EVP_PKEY_is_a(key_.get(), "ED25519") == 1) return "ed25519";
    if (EVP_PKEY_is_a(key_.get(), "EC") == 1)
        return fmt::format("ec-p{}", EVP_PKEY_get_bits(key_.get()));
    const char* const name = EVP_PKEY_get0_type_name(key_.get());
    return name != nullptr ? name : "unknown";
}

Result<Key> Key::generate(KeyType type) {
    const auto& kind = kind_of(type);
    EVP_PKEY* const made = kind.curve != nullptr
                               ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.curve)
                               : EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kind.bits);
    if (made == nullptr)
        return crypto::openssl_failed(ErrorKind::internal,
                                      fmt::format("making a key of kind {}", kind.text));
    return Key{shared(made)};
}

namespace {

/// Is it a kind of key that TLS servers use, on a named curve, and strong enough?
Result<void> check_kind(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits >= 2048 && bits <= 16384) return {};
        return fail(ErrorKind::invalid,
                    "the RSA key has {} bits; clients accept 2048 and more: make a new key", bits);
    }
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return {};
    if (EVP_PKEY_is_a(key, "EC") == 1) {
        std::array<char, 64> group{};
        std::size_t size = 0;
        const bool is_named = EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1;
        const std::string_view name{group.data(), is_named ? size : 0};
        if (name == "prime256v1" || name == "secp384r1" || name == "secp521r1") return {};
        return fail(ErrorKind::invalid, "the key is on the curve {}; use P-256 or P-384",
                    name.empty() ? "without a name" : name);
    }
    const char* const name = EVP_PKEY_get0_type_name(key);
    return fail(ErrorKind::invalid, "a key of kind {} cannot serve TLS; use ec-p256 or rsa-2048",
                name != nullptr ? name : "unknown");
}

constexpr std::size_t key_size_max = 64U << 10U;

/// Never asks at a terminal: without a password, an encrypted key is an error.
Result<std::shared_ptr<EVP_PKEY>> decode(std::string_view bytes, const char* format,
                                         const crypto::Secret* password) {
    if (bytes.size() > key_size_max)
        return fail(ErrorKind::too_large, "reading a private key: more than {} bytes",
                    key_size_max);
    EVP_PKEY* key = nullptr;
    const Handle<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free> context{OSSL_DECODER_CTX_new_for_pkey(
        &key, format, nullptr, nullptr, EVP_PKEY_KEYPAIR, nullptr, nullptr)};
    if (!context) return crypto::openssl_failed(ErrorKind::internal, "reading a private key");
    if (password != nullptr &&
        OSSL_DECODER_CTX_set_passphrase(
            context.get(), reinterpret_cast<const unsigned char*>(password->view().data()),
            password->size()) != 1)
        return crypto::openssl_failed(ErrorKind::internal, "reading a private key with a password");
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    auto left = bytes.size();
    const bool is_decoded =
        OSSL_DECODER_from_data(context.get(), &data, &left) == 1 && key != nullptr;
    auto owned = shared(key);
    if (!is_decoded && password != nullptr)
        return crypto::openssl_failed(ErrorKind::denied,
                                      "this is no private key, or the password is wrong");
    if (!is_decoded)
        return crypto::openssl_failed(
            ErrorKind::invalid, std::string_view{format} == "PEM"
                                    ? "this is no private key that can be read without a password"
                                    : "the private key is damaged, or of a kind that is not known");
    crypto::take_openssl_reasons();  // of decoders that were tried and did not fit
    TRY_DONE(check_kind(owned.get()));
    return owned;
}

}  // namespace

Result<Key> Key::from_der(const crypto::Secret& der) {
    TRY(auto key, decode(der.view(), "DER", nullptr));
    return Key{std::move(key)};
}

Result<Key> Key::from_pem(std::string_view pem, const crypto::Secret* password) {
    TRY(auto key, decode(pem, "PEM", password));
    return check_works(Key{std::move(key)});
}

namespace {

/// Of PBKDF2: a tenth of a second here, and a long time for who has to guess.
constexpr int encryption_iterations = 200'000;

Result<crypto::Secret> encode(OSSL_ENCODER_CTX* context) {
    unsigned char* bytes = nullptr;
    std::size_t size = 0;
    if (context == nullptr || OSSL_ENCODER_to_data(context, &bytes, &size) != 1)
        return crypto::openssl_failed(ErrorKind::internal, "encoding a private key");
    auto secret = crypto::Secret::copy_of({reinterpret_cast<const char*>(bytes), size});
    OPENSSL_clear_free(bytes, size);
    return secret;
}

}  // namespace

Result<crypto::Secret> Key::to_pkcs8_der() const {
    const Handle<OSSL_ENCODER_CTX, OSSL_ENCODER_CTX_free> context{OSSL_ENCODER_CTX_new_for_pkey(
        key_.get(), EVP_PKEY_KEYPAIR, "DER", "PrivateKeyInfo", nullptr)};
    return encode(context.get());
}

Result<crypto::Secret> Key::to_pem() const {
    const Handle<OSSL_ENCODER_CTX, OSSL_ENCODER_CTX_free> context{OSSL_ENCODER_CTX_new_for_pkey(
        key_.get(), EVP_PKEY_KEYPAIR, "PEM", "PrivateKeyInfo", nullptr)};
    return encode(context.get());
}

Result<crypto::Secret> Key::to_encrypted_pem(const crypto::Secret& password) const {
    if (password.is_empty())
        return fail(ErrorKind::invalid,
                    "encrypting a private key: the password is empty; choose one");
    const Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> plain{EVP_PKEY2PKCS8(key_.get())};
    if (!plain) return crypto::openssl_failed(ErrorKind::internal, "encoding a private key");
    const auto phrase = password.view();
    const Handle<X509_SIG, X509_SIG_free> sealed{
        PKCS8_encrypt(-1, EVP_aes_256_cbc(), phrase.data(), static_cast<int>(phrase.size()),
                      nullptr, 0, encryption_iterations, plain.get())};
    if (!sealed) return crypto::openssl_failed(ErrorKind::internal, "encrypting a private key");
    return crypto::Secret::copy_of(
        to_pem_block("ENCRYPTED PRIVATE KEY", to_der_bytes(sealed.get(), i2d_X509_SIG)));
}

PublicKey Key::public_key() const { return Native::make_public_key(key_); }

bool Key::matches(const Certificate& certificate) const {
    const auto theirs = certificate.public_key();
    const bool is_equal = EVP_PKEY_eq(key_.get(), Native::get(theirs)) == 1;
    crypto::take_openssl_reasons();
    return is_equal;
}

}  // namespace rhumb::pki
