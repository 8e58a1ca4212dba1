/// Reading private keys that are locked by a password.

#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/bag_reading.h"
#include "pki/read_pkcs8.h"

namespace rhumb::pki {

Result<Key> to_key(const PKCS8_PRIV_KEY_INFO* info, Reading& reading) {
    unsigned char* bytes = nullptr;
    const int size = i2d_PKCS8_PRIV_KEY_INFO(info, &bytes);
    if (size <= 0) return crypto::openssl_failed(ErrorKind::invalid, "reading a private key");
    const auto der = crypto::Secret::copy_of(
        {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
    TRY(auto key, Key::from_der(der));
    return reading.check(std::move(key));
}

namespace {

using InfoHandle = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

InfoHandle decrypt(const X509_SIG& sealed, const PasswordForm& form, OSSL_LIB_CTX* library) {
    return InfoHandle{PKCS8_decrypt_ex(&sealed, form.data(), form.size(), library, nullptr)};
}

}  // namespace

Result<Key> unlock_key(const X509_SIG& sealed, std::span<const PasswordForm> forms,
                       Reading& reading) {
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(&sealed, &algorithm, nullptr);
    TRY(const auto rounds, rounds_of(*algorithm));
    OSSL_LIB_CTX* library = nullptr;
    for (const auto& form : forms) {
        TRY_DONE(reading.spend(rounds));
        auto info = decrypt(sealed, form, library);
        if (!info && why_unlocking_failed() == Unlocking::unsupported && library == nullptr) {
            TRY(library, reading.legacy().get());
            info = decrypt(sealed, form, library);
            if (!info && why_unlocking_failed() == Unlocking::unsupported)
                return fail(ErrorKind::unavailable,
                            "the private key is encrypted in a way that OpenSSL does not know; "
                            "export it again with AES");
        }
        if (info) return to_key(info.get(), reading);
    }
    return locked(reading, "the private key");
}

Result<Key> read_encrypted_key(std::string_view der, Reading& reading) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const Handle<X509_SIG, X509_SIG_free> sealed{
        d2i_X509_SIG(nullptr, &at, static_cast<long>(der.size()))};
    if (!sealed)
        return crypto::openssl_failed(ErrorKind::invalid, "the encrypted private key is damaged");
    if (!reading.has_password()) return locked(reading, "the private key");
    return unlock_key(*sealed, reading.forms(), reading);
}

namespace {

/// The cipher in «DEK-Info: AES-256-CBC,0123…».
std::string cipher_in(std::string_view headers) {
    constexpr std::string_view name = "DEK-Info:";
    const auto at = headers.find(name);
    if (at == std::string_view::npos) return {};
    const auto rest = headers.substr(at + name.size());
    return std::string{text::trim(rest.substr(0, rest.find_first_of(",\r\n")))};
}

}  // namespace

Result<Key> read_traditional_key(const PemBlock& block, Reading& reading) {
    TRY(const auto pem, normalized(block));
    if (!reading.has_password()) return locked(reading, "the private key");
    const auto cipher = cipher_in(block.headers);
    const Handle<EVP_CIPHER, EVP_CIPHER_free> known{
        EVP_CIPHER_fetch(nullptr, cipher.c_str(), nullptr)};
    crypto::take_openssl_reasons();
    if (!known)
        return fail(ErrorKind::unavailable,
                    "the private key is encrypted by «{}», which is too old to be read; convert it "
                    "with the program that made it to PKCS#8 with AES",
                    text::is_utf8(cipher) ? cipher : "?");
    for (const auto& form : reading.forms()) {
        if (form.is_null) continue;
        auto key = Key::from_pem(pem, &form.bytes);
        if (key || key.error().kind != ErrorKind::denied) return key;
    }
    return locked(reading, "the private key");
}

}  // namespace rhumb::pki
