#pragma once
/// For tests: certificates with whatever is wrong with them, made by OpenSSL alone so that what is
/// judged was not made by the judge. Not for programs.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <openssl/conf.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/x509v3.h>

#include "crypto/handles.h"
#include "pki/example.h"
#include "pki/native.h"

namespace rhumb::pki {

using ForgedKey = std::shared_ptr<EVP_PKEY>;

/// A key on a named curve ("P-256", "secp256k1" …).
inline ForgedKey forge_curve_key(const char* curve = "P-256") {
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve), EVP_PKEY_free};
}

/// "ED25519", "X25519" …: kinds without parameters.
inline ForgedKey forge_key(const char* kind) {
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, kind), EVP_PKEY_free};
}

/// The public half of an RSA key that nobody has: a modulus of that many bits.
inline ForgedKey forge_rsa_key(int bits, unsigned exponent = 65537, const char* kind = "RSA") {
    const crypto::BigNumberHandle modulus{BN_new()};
    const crypto::BigNumberHandle power{BN_new()};
    BN_rand(modulus.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
    BN_set_word(power.get(), exponent);
    using Builder = Handle<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
    using Parameters = Handle<OSSL_PARAM, OSSL_PARAM_free>;
    const Builder builder{OSSL_PARAM_BLD_new()};
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, power.get());
    const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
    const crypto::KeyContextHandle context{EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)};
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(context.get());
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
    return {key, EVP_PKEY_free};
}

struct ForgedExtension {
    std::string name;   ///< as openssl's configuration names it, or an object identifier
    std::string value;  ///< "critical,CA:TRUE", "DER:0500" …
};

/// What is to be in a certificate.
struct Recipe {
    std::string common_name{};  ///< "": an empty subject
    std::vector<ForgedExtension> extensions{};
    Seconds from = example_now - std::chrono::days{1};
    Seconds until = example_now + std::chrono::days{90};
    std::string serial = "1234567890abcdef12";  ///< hexadecimal; "-5" is possible
    int version = 3;
    const EVP_MD* digest = EVP_sha256();
    ForgedKey key = forge_curve_key();

    /// The same with another value of one extension; "" leaves it out.
    Recipe with(const std::string& name, const std::string& value) const {
        auto changed = *this;
        std::erase_if(changed.extensions, [&](const ForgedExtension& e) { return e.name == name; });
        if (!value.empty()) changed.extensions.push_back({name, value});
        return changed;
    }
};

/// A certificate and the key in it.
struct Forged {
    Certificate certificate;
    ForgedKey key;
};

namespace forging {

inline void set_name(X509_NAME* name, const std::string& common_name) {
    if (!common_name.empty())
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(common_name.data()),
                                   static_cast<int>(common_name.size()), -1, 0);
}

inline void set_serial(X509* x509, const std::string& hex) {
    BIGNUM* number = nullptr;
    BN_hex2bn(&number, hex.c_str());
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509));
    BN_free(number);
}

}  // namespace forging

/// Makes it, signed by `issuer` or, with null, by itself. Damaged ones can be made, too: what
/// Certificate refuses ends the test program.
inline Forged forge(const Recipe& recipe, const Forged* issuer) {
    const std::shared_ptr<X509> x509{X509_new(), X509_free};
    X509_set_version(x509.get(), recipe.version - 1);
    forging::set_serial(x509.get(), recipe.serial);
    forging::set_name(X509_get_subject_name(x509.get()), recipe.common_name);
    auto* const above = issuer != nullptr ? Native::get(issuer->certificate) : x509.get();
    X509_set_issuer_name(x509.get(), X509_get_subject_name(above));
    ASN1_TIME_set(X509_getm_notBefore(x509.get()), recipe.from.time_since_epoch().count());
    ASN1_TIME_set(X509_getm_notAfter(x509.get()), recipe.until.time_since_epoch().count());
    X509_set_pubkey(x509.get(), recipe.key.get());
    X509V3_CTX context;
    X509V3_set_ctx(&context, above, x509.get(), nullptr, nullptr, 0);
    using Configuration = Handle<CONF, NCONF_free>;
    const Configuration empty{NCONF_new(nullptr)};
    X509V3_set_nconf(&context, empty.get());
    for (const auto& [name, value] : recipe.extensions) {
        const crypto::ExtensionHandle extension{
            X509V3_EXT_nconf(empty.get(), &context, name.c_str(), value.c_str())};
        if (!extension || X509_add_ext(x509.get(), extension.get(), -1) != 1) {
            std::fprintf(stderr, "forging: %s = %s\n", name.c_str(), value.c_str());
            std::abort();
        }
    }
    auto* const signer = issuer != nullptr ? issuer->key.get() : recipe.key.get();
    X509_sign(x509.get(), signer, recipe.digest);
    // Read anew, as it comes from outside.
    unsigned char* der = nullptr;
    const int size = i2d_X509(x509.get(), &der);
    const std::string bytes{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
    OPENSSL_free(der);
    return {*Certificate::from_der(bytes), recipe.key};
}

inline Recipe root_recipe(const std::string& name = "Forged root") {
    return {.common_name = name,
            .extensions = {{"basicConstraints", "critical,CA:TRUE"},
                           {"keyUsage", "critical,keyCertSign,cRLSign"},
                           {"subjectKeyIdentifier", "hash"}},
            .until = example_now + std::chrono::days{3650}};
}

inline Recipe intermediate_recipe(const std::string& name = "Forged intermediate") {
    return {.common_name = name,
            .extensions = {{"basicConstraints", "critical,CA:TRUE,pathlen:0"},
                           {"keyUsage", "critical,keyCertSign,cRLSign"},
                           {"subjectKeyIdentifier", "hash"},
                           {"authorityKeyIdentifier", "keyid"}},
            .until = example_now + std::chrono::days{365}};
}

/// A leaf as a good public authority makes it.
inline Recipe leaf_recipe(const std::string& names = "DNS:gis.example.com") {
    return {.common_name = "",
            .extensions = {{"subjectAltName", "critical," + names},
                           {"basicConstraints", "CA:FALSE"},
                           {"keyUsage", "critical,digitalSignature"},
                           {"extendedKeyUsage", "serverAuth"},
                           {"subjectKeyIdentifier", "hash"},
                           {"authorityKeyIdentifier", "keyid"},
                           {"crlDistributionPoints", "URI:http://crl.example.com/1.crl"},
                           {"1.3.6.1.4.1.11129.2.4.2", "DER:04020000"}}};
}

/// Root, intermediate and leaf that nothing is wrong with, and the way to others below them.
struct ForgedAuthority {
    Forged root = forge(root_recipe(), nullptr);
    Forged intermediate = forge(intermediate_recipe(), &root);

    Certificate leaf(const Recipe& recipe = leaf_recipe()) const {
        return forge(recipe, &intermediate).certificate;
    }
};

}  // namespace rhumb::pki
