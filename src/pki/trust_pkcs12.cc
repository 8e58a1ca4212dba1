#include "pki/trust_pkcs12.h"

#include <algorithm>
#include <set>

#include <openssl/pkcs12.h>

#include "base/text.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

inline void free_contents(STACK_OF(PKCS7) * all) { sk_PKCS7_pop_free(all, PKCS7_free); }
inline void free_bags(STACK_OF(PKCS12_SAFEBAG) * all) {
    sk_PKCS12_SAFEBAG_pop_free(all, PKCS12_SAFEBAG_free);
}
using ContentsHandle = Handle<STACK_OF(PKCS7), free_contents>;
using BagsHandle = Handle<STACK_OF(PKCS12_SAFEBAG), free_bags>;
using ContentHandle = Handle<PKCS7, PKCS7_free>;
using ObjectHandle = Handle<ASN1_OBJECT, ASN1_OBJECT_free>;

constexpr std::string_view step = "writing a trust store (PKCS#12)";

struct Recipe {
    int cipher;
    int rounds;
    const EVP_MD* (*mac_digest)();
};

Recipe recipe_of(Pkcs12Encryption encryption) {
    if (encryption == Pkcs12Encryption::compatible)
        return {NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 2048, EVP_sha1};
    // The certificates are public: the rounds that Java itself takes are enough.
    return {NID_aes_256_cbc, 10'000, EVP_sha256};
}

bool is_plain(std::string_view text) {
    return !text.empty() && text::is_utf8(text) && text.find('\0') == std::string_view::npos;
}

Result<void> check(std::span<const TrustEntry> entries, const crypto::Secret& password) {
    if (!is_plain(password.view()))
        return fail(ErrorKind::invalid, "{}: the password is empty or not UTF-8", step);
    std::set<std::string> seen;
    for (const auto& entry : entries) {
        if (!is_plain(entry.alias))
            return fail(ErrorKind::invalid, "{}: the alias of «{}» is empty or not UTF-8", step,
                        entry.certificate.subject());
        if (!seen.insert(text::to_lower(entry.alias)).second)
            return fail(ErrorKind::invalid, "{}: two entries have the alias «{}»", step,
                        entry.alias);
    }
    return {};
}

/// Java's mark of a trusted certificate, JDK-4416103: its own attribute, whose value is an
/// extended key usage.
bool mark_as_trusted(PKCS12_SAFEBAG* bag) {
    const ObjectHandle any_purpose{OBJ_txt2obj("2.5.29.37.0", 1)};
    if (!any_purpose) return false;
    // An object goes in as a pointer with the length -1 (ASN1_TYPE_set1).
    return PKCS12_add1_attr_by_txt(bag, "2.16.840.1.113894.746875.1.1", V_ASN1_OBJECT,
                                   reinterpret_cast<const unsigned char*>(any_purpose.get()),
                                   -1) == 1;
}

Result<BagsHandle> make_bags(std::span<const TrustEntry> entries) {
    BagsHandle bags{sk_PKCS12_SAFEBAG_new_null()};
    for (const auto& entry : entries) {
        Handle<PKCS12_SAFEBAG, PKCS12_SAFEBAG_free> bag{
            PKCS12_SAFEBAG_create_cert(Native::get(entry.certificate))};
        const auto size = static_cast<int>(entry.alias.size());
        if (!bags || !bag ||
            PKCS12_add_friendlyname_utf8(bag.get(), entry.alias.data(), size) != 1 ||
            !mark_as_trusted(bag.get()) || sk_PKCS12_SAFEBAG_push(bags.get(), bag.get()) <= 0)
            return crypto::openssl_failed(ErrorKind::internal, step);
        (void)bag.release();  // the stack has it now
    }
    return bags;
}

}  // namespace

Result<std::string> to_trust_pkcs12(std::span<const TrustEntry> entries,
                                    const crypto::Secret& password, Pkcs12Encryption encryption) {
    TRY_DONE(check(entries, password));
    TRY(const auto bags, make_bags(entries));
    const auto recipe = recipe_of(encryption);
    // OpenSSL wants a final zero: a copy that is wiped.
    crypto::Secret phrase{password.size() + 1};
    std::ranges::copy(password.view(), phrase.data());

    ContentHandle content{PKCS12_pack_p7encdata(recipe.cipher, phrase.data(), -1, nullptr, 0,
                                                recipe.rounds, bags.get())};
    const ContentsHandle contents{sk_PKCS7_new_null()};
    if (!content || !contents || sk_PKCS7_push(contents.get(), content.get()) <= 0)
        return crypto::openssl_failed(ErrorKind::internal, step);
    (void)content.release();  // the stack has it now
    const Handle<PKCS12, PKCS12_free> file{PKCS12_add_safes(contents.get(), 0)};
    if (!file || PKCS12_set_mac(file.get(), phrase.data(), -1, nullptr, 0, recipe.rounds,
                                recipe.mac_digest()) != 1)
        return crypto::openssl_failed(ErrorKind::internal, step);
    unsigned char* bytes = nullptr;
    const int size = i2d_PKCS12(file.get(), &bytes);
    if (size <= 0) return crypto::openssl_failed(ErrorKind::internal, step);
    std::string written{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return written;
}

}  // namespace rhumb::pki
