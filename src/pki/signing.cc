#include "pki/signing.h"

#include <openssl/bn.h>

#include "crypto/errors.h"
#include "crypto/random.h"
#include "pki/native.h"

namespace rhumb::pki {

const EVP_MD* digest_for(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return nullptr;
    if (EVP_PKEY_is_a(key, "EC") != 1) return EVP_sha256();
    const int bits = EVP_PKEY_get_bits(key);
    return bits > 384 ? EVP_sha512() : bits > 256 ? EVP_sha384() : EVP_sha256();
}

Result<void> set_random_serial(X509* x509) {
    TRY(auto bytes, crypto::random_bytes(16));
    bytes.front() = static_cast<char>((bytes.front() & 0x7f) | 0x40);
    const crypto::BigNumberHandle number{
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()), nullptr)};
    if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) == nullptr)
        return crypto::openssl_failed(ErrorKind::internal, "making a serial number");
    return {};
}

Result<Key> check_works(Key key) {
    auto* const native = Native::get(key);
    const Handle<EVP_MD_CTX, EVP_MD_CTX_free> signing{EVP_MD_CTX_new()};
    const Handle<EVP_MD_CTX, EVP_MD_CTX_free> verifying{EVP_MD_CTX_new()};
    constexpr std::string_view words = "Does this key work?";
    const auto* const data = reinterpret_cast<const unsigned char*>(words.data());
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(native)), '\0');
    auto* const bytes = reinterpret_cast<unsigned char*>(signature.data());
    auto size = signature.size();
    if (!signing || !verifying ||
        EVP_DigestSignInit(signing.get(), nullptr, digest_for(native), nullptr, native) != 1 ||
        EVP_DigestSign(signing.get(), bytes, &size, data, words.size()) != 1 ||
        EVP_DigestVerifyInit(verifying.get(), nullptr, digest_for(native), nullptr, native) != 1 ||
        EVP_DigestVerify(verifying.get(), bytes, size, data, words.size()) != 1) {
        crypto::take_openssl_reasons();
        return fail(ErrorKind::invalid,
                    "the private key is damaged: its two halves do not belong together; get it "
                    "again from where it was made");
    }
    return key;
}

}  // namespace rhumb::pki
