#pragma once
/// What the readers of foreign files share: the password in its forms, how much work they may do,
/// and the old algorithms. Inside `pki` alone.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <openssl/x509.h>

#include "base/result.h"
#include "crypto/secret.h"
#include "pki/bag.h"
#include "pki/legacy_library.h"
#include "pki/pem_blocks.h"

namespace rhumb::pki {

/// The rounds of key derivation that one reading may take: a file must not keep us busy for hours.
inline constexpr std::uint64_t rounds_max = 20'000'000;

/// One way to write the password down as bytes.
struct PasswordForm {
    crypto::Secret bytes;
    bool is_null = false;  ///< no password at all, which PKCS#12 tells from an empty one

    /// As OpenSSL wants it: null, or the bytes (not null when there are none).
    const char* data() const;
    int size() const { return static_cast<int>(bytes.size()); }
};

/// The state of one reading. Not for several threads.
class Reading {
public:
    /// `password` is null when nobody gave one; it must outlive this.
    explicit Reading(const crypto::Secret* password, std::uint64_t rounds = rounds_max)
        : password_{password}, rounds_left_{rounds} {}

    bool has_password() const { return password_ != nullptr; }
    const crypto::Secret* password() const { return password_; }

    /// The ways to write the password that programs have had, the usual one first: UTF-8, Latin-1,
    /// and UTF-8 taken for Latin-1 (OpenSSL before 1.1). Without a password, and with an empty one:
    /// none and empty.
    std::vector<PasswordForm> forms() const;

    /// Takes that many rounds from what is left; `too_large` when there are not so many.
    Result<void> spend(std::uint64_t rounds);

    /// The key when it works (check_works()), which takes rounds too.
    Result<Key> check(Key key);

    LegacyLibrary& legacy() { return legacy_; }

private:
    const crypto::Secret* password_;
    std::uint64_t rounds_left_;
    LegacyLibrary legacy_;
};

/// The rounds that a password-based encryption (PBES1, PBES2 with PBKDF2 or scrypt, those of
/// PKCS#12) asks for. `invalid` when its parameters cannot be read.
Result<std::uint64_t> rounds_of(const X509_ALGOR& algorithm);

/// What came of an attempt to decrypt.
enum class Unlocking { opened, unsupported, failed };

/// Why OpenSSL has just failed, by its queue of errors, which is emptied: an algorithm that is not
/// there, or something else (mostly: the wrong password).
Unlocking why_unlocking_failed();

/// return locked(reading, "the PKCS#12 file"): the error for a password that is missing or wrong.
tl::unexpected<Error> locked(const Reading& reading, std::string_view what);

/// read_bag() with less work allowed: for tests, and for fuzzing.
Result<Bag> read_bag_within(std::string_view bytes, const crypto::Secret* password,
                            std::uint64_t rounds);

/// Adds what stands in `der` to the bag; `label` is its name in PEM, "" without. Errors as of
/// read_bag(); nothing but notes is added when there is something that a bag has no place for.
Result<void> read_der(std::string_view der, std::string_view label, Reading& reading, Bag& bag);
Result<void> read_pkcs7(std::string_view der, Bag& bag);
Result<void> read_pkcs12(std::string_view der, Reading& reading, Bag& bag);
Result<Key> read_encrypted_key(std::string_view der, Reading& reading);
/// A key block of PEM with the headers of old ("Proc-Type: 4,ENCRYPTED").
Result<Key> read_traditional_key(const PemBlock& block, Reading& reading);

/// Adding to a bag, each thing once. `too_large` beyond bag_items_max and bag_keys_max.
Result<void> add_certificate(Bag& bag, Certificate certificate);
Result<void> add_key(Bag& bag, Key key);
Result<void> add_request(Bag& bag, Request request);
Result<void> add_crl(Bag& bag, Crl crl);
void add_note(Bag& bag, std::string note);

/// What a file is that has nothing for a bag, in a clause with a remedy: "it is a Java keystore
/// (JKS); convert it …".
std::string recognise(std::string_view bytes);

}  // namespace rhumb::pki
