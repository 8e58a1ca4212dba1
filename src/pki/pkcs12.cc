#include "pki/pkcs12.h"

#include <algorithm>
#include <array>

#include <openssl/pkcs12.h>

#include "base/text.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

struct Recipe {
    Pkcs12Encryption encryption;
    std::string_view text;
    int cipher;
    int rounds;
    const EVP_MD* (*mac_digest)();
};

constexpr std::array recipes{
    Recipe{Pkcs12Encryption::modern, "modern", NID_aes_256_cbc, 100'000, EVP_sha256},
    Recipe{Pkcs12Encryption::compatible, "compatible", NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 2048,
           EVP_sha1},
};

const Recipe& recipe_of(Pkcs12Encryption encryption) {
    return *std::ranges::find(recipes, encryption, &Recipe::encryption);
}

/// A stack that borrows its certificates.
using BorrowedStack = Handle<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

BorrowedStack issuers_of(const Chain& chain, const std::optional<Certificate>& root) {
    BorrowedStack stack{sk_X509_new_null()};
    const auto& all = chain.certificates();
    bool is_pushed = stack != nullptr;
    for (std::size_t i = 1; i < all.size(); ++i)
        is_pushed = is_pushed && sk_X509_push(stack.get(), Native::get(all[i])) > 0;
    if (root && *root != all.back())
        is_pushed = is_pushed && sk_X509_push(stack.get(), Native::get(*root)) > 0;
    return is_pushed ? std::move(stack) : nullptr;
}

Result<void> check(const Chain& chain, const Key& key, const crypto::Secret& password,
                   const Pkcs12Options& options) {
    if (!key.matches(chain.leaf()))
        return fail(ErrorKind::invalid,
                    "writing PKCS#12: the private key does not belong to the certificate");
    if (!text::is_utf8(password.view()) || password.view().find('\0') != std::string_view::npos)
        return fail(
            ErrorKind::invalid,
            "writing PKCS#12: the password is not UTF-8; type it again in a UTF-8 terminal");
    if (!text::is_utf8(options.friendly_name) ||
        options.friendly_name.find('\0') != std::string::npos)
        return fail(ErrorKind::invalid, "writing PKCS#12: the friendly name is not UTF-8");
    return {};
}

}  // namespace

Result<Pkcs12Encryption> parse_pkcs12_encryption(std::string_view text) {
    const auto* const recipe = std::ranges::find(recipes, text, &Recipe::text);
    if (recipe != recipes.end()) return recipe->encryption;
    return fail(ErrorKind::invalid,
                "«{}» is no way to encrypt a PKCS#12 file; there are modern and compatible", text);
}

std::string_view to_text(Pkcs12Encryption encryption) { return recipe_of(encryption).text; }

Result<crypto::Secret> to_pkcs12(const Chain& chain, const Key& key, const crypto::Secret& password,
                                 const Pkcs12Options& options) {
    TRY_DONE(check(chain, key, password, options));
    const auto& recipe = recipe_of(options.encryption);
    const auto issuers = issuers_of(chain, options.root);
    // OpenSSL wants a final zero: a copy that is wiped.
    crypto::Secret phrase{password.size() + 1};
    std::ranges::copy(password.view(), phrase.data());
    constexpr int no_mac_yet = -1;
    const Handle<PKCS12, PKCS12_free> file{PKCS12_create(
        phrase.data(), options.friendly_name.empty() ? nullptr : options.friendly_name.c_str(),
        Native::get(key), Native::get(chain.leaf()), issuers.get(), recipe.cipher, recipe.cipher,
        recipe.rounds, no_mac_yet, 0)};
    if (!issuers || !file ||
        PKCS12_set_mac(file.get(), phrase.data(), -1, nullptr, 0, recipe.rounds,
                       recipe.mac_digest()) != 1)
        return crypto::openssl_failed(ErrorKind::internal, "writing PKCS#12");
    unsigned char* bytes = nullptr;
    const int size = i2d_PKCS12(file.get(), &bytes);
    if (size <= 0) return crypto::openssl_failed(ErrorKind::internal, "writing PKCS#12");
    auto written = crypto::Secret::copy_of(
        {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
    return written;
}

}  // namespace rhumb::pki
