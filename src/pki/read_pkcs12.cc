/// Reading PKCS#12 files (RFC 7292), bag by bag, so that no part fails in silence.

#include <array>

#include <openssl/pkcs12.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/bag_reading.h"
#include "pki/read_pkcs8.h"
#include "pki/signing.h"

namespace rhumb::pki {

namespace {

constexpr int nesting_max = 4;
constexpr std::string_view file = "the PKCS#12 file";

inline void free_contents(STACK_OF(PKCS7) * all) { sk_PKCS7_pop_free(all, PKCS7_free); }
inline void free_bags(STACK_OF(PKCS12_SAFEBAG) * all) {
    sk_PKCS12_SAFEBAG_pop_free(all, PKCS12_SAFEBAG_free);
}
using FileHandle = Handle<PKCS12, PKCS12_free>;
using ContentsHandle = Handle<STACK_OF(PKCS7), free_contents>;
using BagsHandle = Handle<STACK_OF(PKCS12_SAFEBAG), free_bags>;

tl::unexpected<Error> damaged(std::string_view where) {
    crypto::take_openssl_reasons();
    return fail(ErrorKind::invalid, "{} is damaged ({}); get it again, or export it again", file,
                where);
}

/// The rounds that its integrity check asks for.
Result<std::uint64_t> mac_rounds(const PKCS12* p12) {
    const X509_ALGOR* algorithm = nullptr;
    const ASN1_INTEGER* count = nullptr;
    PKCS12_get0_mac(nullptr, &algorithm, nullptr, &count, p12);
#if OPENSSL_VERSION_NUMBER >= 0x30400000L
    if (algorithm != nullptr && OBJ_obj2nid(algorithm->algorithm) == NID_pbmac1) {
        const Handle<PBKDF2PARAM, PBKDF2PARAM_free> parameters{PBMAC1_get1_pbkdf2_param(algorithm)};
        if (!parameters) return damaged("its integrity check cannot be read");
        count = parameters->iter;
        std::uint64_t rounds = 0;
        if (ASN1_INTEGER_get_uint64(&rounds, count) != 1)
            return damaged("its integrity check cannot be read");
        return rounds;
    }
#endif
    std::uint64_t rounds = 1;
    if (count != nullptr && ASN1_INTEGER_get_uint64(&rounds, count) != 1)
        return damaged("its integrity check cannot be read");
    return rounds;
}

/// Decrypts an encrypted content, by that form, with the library's algorithms (null: the usual).
BagsHandle decrypt(const PKCS7& content, const PasswordForm& form, OSSL_LIB_CTX* library) {
    const auto* const sealed = content.d.encrypted->enc_data;
    return BagsHandle{static_cast<STACK_OF(PKCS12_SAFEBAG)*>(
        PKCS12_item_decrypt_d2i_ex(sealed->algorithm, ASN1_ITEM_rptr(PKCS12_SAFEBAGS), form.data(),
                                   form.size(), sealed->enc_data, 1, library, nullptr))};
}

bool is_encrypted(PKCS7* content) {
    return PKCS7_type_is_encrypted(content) && content->d.encrypted != nullptr &&
           content->d.encrypted->enc_data != nullptr &&
           content->d.encrypted->enc_data->enc_data != nullptr;
}

/// Reads one file. The forms of the password that opened its integrity check stand first.
class File {
public:
    File(PKCS12* p12, Reading& reading, Bag& bag)
        : p12_{p12}, reading_{reading}, bag_{bag}, forms_{reading.forms()} {}

    Result<void> read() {
        const ContentsHandle contents{PKCS12_unpack_authsafes(p12_)};
        if (!contents) return refuse_contents();
        if (static_cast<std::size_t>(sk_PKCS7_num(contents.get())) > bag_items_max)
            return fail(ErrorKind::too_large, "{} has more than {} parts", file, bag_items_max);
        TRY_DONE(check_mac(contents.get()));
        for (int i = 0; i < sk_PKCS7_num(contents.get()); ++i)
            TRY_DONE(read_content(sk_PKCS7_value(contents.get(), i)));
        return {};
    }

private:
    static Result<void> refuse_contents() {
        crypto::take_openssl_reasons();
        return fail(ErrorKind::invalid,
                    "{} is damaged, or protected by a signature instead of a password; export it "
                    "again with a password",
                    file);
    }

    /// Finds the form of the password by the file's own integrity check.
    Result<void> check_mac(STACK_OF(PKCS7) * contents) {
        if (PKCS12_mac_present(p12_) != 1) return {};
        TRY(const auto rounds, mac_rounds(p12_));
        for (auto& form : forms_) {
            TRY_DONE(reading_.spend(rounds));
            if (PKCS12_verify_mac(p12_, form.data(), form.size()) != 1) {
                if (why_unlocking_failed() == Unlocking::unsupported)
                    return fail(ErrorKind::unavailable,
                                "{} has an integrity check of a kind that OpenSSL does not know; "
                                "export it again with SHA-256",
                                file);
                continue;
            }
            std::swap(form, forms_.front());
            is_password_right_ = true;
            return {};
        }
        // Whoever has the right password can decrypt: then it is the file that was changed.
        for (int i = 0; i < sk_PKCS7_num(contents); ++i) {
            if (!is_encrypted(sk_PKCS7_value(contents, i))) continue;
            TRY(const auto bags, unlock(*sk_PKCS7_value(contents, i)));
            if (bags) return damaged("the password is right, but the file has changed since");
            break;
        }
        return locked(reading_, file);
    }

    /// What an encrypted content holds; null when no form of the password opens it.
    Result<BagsHandle> unlock(const PKCS7& content) {
        TRY(const auto rounds, rounds_of(*content.d.encrypted->enc_data->algorithm));
        OSSL_LIB_CTX* library = nullptr;
        for (const auto& form : forms_) {
            TRY_DONE(reading_.spend(rounds));
            auto bags = decrypt(content, form, library);
            if (!bags && why_unlocking_failed() == Unlocking::unsupported && library == nullptr) {
                TRY(library, reading_.legacy().get());
                bags = decrypt(content, form, library);
                if (!bags && why_unlocking_failed() == Unlocking::unsupported)
                    return fail(ErrorKind::unavailable,
                                "{} is encrypted in a way that OpenSSL does not know; export it "
                                "again with AES",
                                file);
            }
            if (bags) return bags;
        }
        return BagsHandle{};
    }

    Result<void> read_content(PKCS7* content) {
        if (PKCS7_type_is_data(content)) {
            const BagsHandle bags{PKCS12_unpack_p7data(content)};
            if (!bags) return damaged("a part of it cannot be read");
            return read_bags(bags.get(), 0);
        }
        if (!is_encrypted(content))
            return fail(ErrorKind::invalid,
                        "a part of {} is encrypted for somebody's certificate, not by a password; "
                        "export it again with a password",
                        file);
        TRY(const auto bags, unlock(*content));
        if (bags) return read_bags(bags.get(), 0);
        if (is_password_right_) return damaged("a part of it cannot be decrypted");
        return locked(reading_, file);
    }

    Result<void> read_bags(const STACK_OF(PKCS12_SAFEBAG) * bags, int depth) {
        if (depth > nesting_max) return damaged("its parts are nested too deeply");
        if (static_cast<std::size_t>(sk_PKCS12_SAFEBAG_num(bags)) > bag_items_max)
            return fail(ErrorKind::too_large, "{} has more than {} entries", file, bag_items_max);
        for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i)
            TRY_DONE(read_bag(sk_PKCS12_SAFEBAG_value(bags, i), depth));
        return {};
    }

    Result<void> read_bag(PKCS12_SAFEBAG* bag, int depth) {
        switch (PKCS12_SAFEBAG_get_nid(bag)) {
            case NID_keyBag: return take_key(to_key(PKCS12_SAFEBAG_get0_p8inf(bag), reading_), bag);
            case NID_pkcs8ShroudedKeyBag: return read_sealed_key(bag);
            case NID_certBag: return read_certificate(bag);
            case NID_crlBag: return read_crl(bag);
            case NID_safeContentsBag: return read_bags(PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
            default:
                add_note(bag_,
                         "an entry of the PKCS#12 file that is neither key nor certificate was "
                         "passed over");
                return {};
        }
    }

    Result<void> read_sealed_key(const PKCS12_SAFEBAG* bag) {
        auto key = unlock_key(*PKCS12_SAFEBAG_get0_pkcs8(bag), forms_, reading_);
        if (!key && key.error().kind == ErrorKind::denied && is_password_right_)
            return fail(ErrorKind::denied,
                        "the private key in {} has another password than the file; export it again "
                        "with one password for both",
                        file);
        return take_key(std::move(key), bag);
    }

    Result<void> take_key(Result<Key> key, const PKCS12_SAFEBAG* bag) {
        if (!key) return tl::unexpected(std::move(key).error());
        char* const name = PKCS12_get_friendlyname(const_cast<PKCS12_SAFEBAG*>(bag));
        if (name != nullptr && bag_.keys.empty()) bag_.friendly_name = name;
        OPENSSL_free(name);
        return add_key(bag_, *std::move(key));
    }

    Result<void> read_certificate(const PKCS12_SAFEBAG* bag) {
        const crypto::X509Handle x509{PKCS12_SAFEBAG_get1_cert(bag)};
        if (!x509) return damaged("a certificate in it cannot be read");
        TRY(auto certificate, Certificate::from_der(to_der_bytes(x509.get(), i2d_X509)));
        return add_certificate(bag_, std::move(certificate));
    }

    Result<void> read_crl(const PKCS12_SAFEBAG* bag) {
        const Handle<X509_CRL, X509_CRL_free> crl{PKCS12_SAFEBAG_get1_crl(bag)};
        if (!crl) return damaged("a revocation list in it cannot be read");
        TRY(auto list, Crl::from_der(to_der_bytes(crl.get(), i2d_X509_CRL)));
        return add_crl(bag_, std::move(list));
    }

    PKCS12* p12_;
    Reading& reading_;
    Bag& bag_;
    std::vector<PasswordForm> forms_;
    bool is_password_right_ = false;
};

}  // namespace

Result<void> read_pkcs12(std::string_view der, Reading& reading, Bag& bag) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const FileHandle p12{d2i_PKCS12(nullptr, &at, static_cast<long>(der.size()))};
    if (!p12) return damaged("its structure cannot be read");
    return File{p12.get(), reading, bag}.read();
}

}  // namespace rhumb::pki
