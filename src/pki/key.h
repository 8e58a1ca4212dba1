#pragma once
/// Keys: a private Key, which travels as an opaque value, and the PublicKey that goes with it.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY, named here so that no caller needs its headers

namespace rhumb::pki {

class Certificate;

/// The kinds of keys that are made. Others may be read.
enum class KeyType { ec_p256, ec_p384, rsa_2048, rsa_3072, rsa_4096 };

/// "ec-p256", "rsa-3072" …: as on the command line.
Result<KeyType> parse_key_type(std::string_view text);
std::string_view to_text(KeyType type);

/// A public key: an immutable value, cheap to copy. May be used from any thread.
class PublicKey {
public:
    /// SHA-256 over the SubjectPublicKeyInfo in DER: 32 bytes, equal for equal keys.
    Result<std::string> digest() const;

    /// "ec-p256", "rsa-2048", "ed25519" …
    std::string type() const;

private:
    friend class Native;
    explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_{std::move(key)} {}

    std::shared_ptr<evp_pkey_st> key_;  // never null, never written to
};

/// A private key: an immutable value, cheap to copy; copies share one object, which is wiped with
/// the last of them. It leaves only as a Secret. May be used from any thread.
class Key {
public:
    /// Makes a new one; RSA takes up to a few seconds.
    static Result<Key> generate(KeyType type);

    /// Reads an unencrypted PKCS#8 (or the older SEC 1, PKCS#1) key in DER. `invalid`: damaged, of
    /// a kind that TLS servers do not use, or too weak (RSA below 2048 bits).
    static Result<Key> from_der(const crypto::Secret& der);

    /// The same from the first private key of a PEM text. An encrypted one needs its password:
    /// `denied` when one was given and the key could not be read with it.
    static Result<Key> from_pem(std::string_view pem, const crypto::Secret* password = nullptr);

    /// PKCS#8, not encrypted: for sealing, or for an export that was asked for.
    Result<crypto::Secret> to_pkcs8_der() const;
    /// The same as PEM (BEGIN PRIVATE KEY), not encrypted: for what other software must read.
    Result<crypto::Secret> to_pem() const;
    /// PKCS#8 encrypted under the password (BEGIN ENCRYPTED PRIVATE KEY): PBES2 with AES-256 and
    /// PBKDF2 with SHA-256. `invalid` when the password is empty.
    Result<crypto::Secret> to_encrypted_pem(const crypto::Secret& password) const;

    PublicKey public_key() const;

    /// True when the certificate was made for this key.
    bool matches(const Certificate& certificate) const;

    /// As PublicKey::type().
    std::string type() const { return public_key().type(); }

private:
    friend class Native;
    explicit Key(std::shared_ptr<evp_pkey_st> key) : key_{std::move(key)} {}

    std::shared_ptr<evp_pkey_st> key_;  // never null, never written to
};

}  // namespace rhumb::pki
