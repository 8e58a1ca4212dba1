#include "pki/bag_reading.h"

#include <algorithm>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/handle.h"
#include "base/text.h"
#include "crypto/errors.h"
#include "pki/native.h"
#include "pki/signing.h"

namespace rhumb::pki {

const char* PasswordForm::data() const {
    if (is_null) return nullptr;
    return bytes.is_empty() ? "" : bytes.view().data();
}

namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Each byte as a character of Latin-1, written as UTF-8.
crypto::Secret latin1_to_utf8(std::string_view bytes) {
    const auto high =
        std::ranges::count_if(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    crypto::Secret utf8{bytes.size() + static_cast<std::size_t>(high)};
    std::size_t at = 0;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            utf8.data()[at++] = c;
        } else {
            utf8.data()[at++] = static_cast<char>(0xC0U | (byte >> 6U));
            utf8.data()[at++] = static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return utf8;
}

/// The other way, for valid UTF-8; nothing when a character is not of Latin-1.
std::optional<crypto::Secret> utf8_to_latin1(std::string_view utf8) {
    const auto is_tail = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    const auto tails = std::ranges::count_if(utf8, is_tail);
    crypto::Secret latin1{utf8.size() - static_cast<std::size_t>(tails)};
    std::size_t at = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if (byte > 0xC3) return std::nullopt;
        if (byte < 0x80) {
            latin1.data()[at++] = utf8[i];
        } else {
            const auto tail = static_cast<unsigned char>(utf8[++i]);
            latin1.data()[at++] = static_cast<char>(((byte & 0x03U) << 6U) | (tail & 0x3FU));
        }
    }
    return latin1;
}

}  // namespace

std::vector<PasswordForm> Reading::forms() const {
    std::vector<PasswordForm> forms;
    if (password_ == nullptr || password_->is_empty()) {
        forms.push_back({{}, password_ == nullptr});
        forms.push_back({{}, password_ != nullptr});
        return forms;
    }
    const auto bytes = password_->view();
    forms.push_back({crypto::Secret::copy_of(bytes)});
    if (is_ascii(bytes)) return forms;
    if (text::is_utf8(bytes))
        if (auto latin1 = utf8_to_latin1(bytes)) forms.push_back({*std::move(latin1)});
    forms.push_back({latin1_to_utf8(bytes)});
    return forms;
}

Result<void> Reading::spend(std::uint64_t rounds) {
    if (rounds > rounds_left_)
        return fail(
            ErrorKind::too_large,
            "the file asks for {} rounds of key derivation, more than are allowed: it would "
            "keep this machine busy for long; export it again with fewer",
            rounds);
    rounds_left_ -= rounds;
    return {};
}

Result<Key> Reading::check(Key key) {
    // RSA takes a time that grows with the third power of its size.
    const auto* const native = Native::get(key);
    const auto kilobits = static_cast<std::uint64_t>(EVP_PKEY_get_bits(native)) / 1024 + 1;
    constexpr std::uint64_t rounds_of_kilobit = 100;
    TRY_DONE(spend(kilobits * kilobits * kilobits * rounds_of_kilobit));
    return check_works(std::move(key));
}

namespace {

/// A structure that an algorithm has for its parameters; null when it is another one.
template <class T, auto free_function>
Handle<T, free_function> unpack(const ASN1_ITEM* item, const X509_ALGOR& algorithm) {
    return Handle<T, free_function>{
        static_cast<T*>(ASN1_TYPE_unpack_sequence(item, algorithm.parameter))};
}

tl::unexpected<Error> unreadable() {
    crypto::take_openssl_reasons();
    return fail(ErrorKind::invalid,
                "the file is damaged: how it was encrypted cannot be read; get it again");
}

Result<std::uint64_t> to_rounds(const ASN1_INTEGER* integer) {
    std::uint64_t rounds = 0;
    if (integer == nullptr || ASN1_INTEGER_get_uint64(&rounds, integer) != 1) return unreadable();
    return rounds;
}

Result<std::uint64_t> rounds_of_scrypt(const X509_ALGOR& algorithm) {
    const auto parameters =
        unpack<SCRYPT_PARAMS, SCRYPT_PARAMS_free>(ASN1_ITEM_rptr(SCRYPT_PARAMS), algorithm);
    if (!parameters) return unreadable();
    TRY(const auto cost, to_rounds(parameters->costParameter));
    TRY(const auto block, to_rounds(parameters->blockSize));
    TRY(const auto parallel, to_rounds(parameters->parallelizationParameter));
    // Each factor alone must be within bounds, so that the product cannot overflow.
    constexpr std::uint64_t factor_max = 1U << 20U;
    if (cost > factor_max || block > factor_max || parallel > factor_max) return UINT64_MAX;
    return cost * block * parallel;
}

}  // namespace

Result<std::uint64_t> rounds_of(const X509_ALGOR& algorithm) {
    if (OBJ_obj2nid(algorithm.algorithm) != NID_pbes2) {
        const auto parameters =
            unpack<PBEPARAM, PBEPARAM_free>(ASN1_ITEM_rptr(PBEPARAM), algorithm);
        if (!parameters) return unreadable();
        return to_rounds(parameters->iter);
    }
    const auto scheme = unpack<PBE2PARAM, PBE2PARAM_free>(ASN1_ITEM_rptr(PBE2PARAM), algorithm);
    if (!scheme || scheme->keyfunc == nullptr) return unreadable();
    if (OBJ_obj2nid(scheme->keyfunc->algorithm) == NID_id_scrypt)
        return rounds_of_scrypt(*scheme->keyfunc);
    const auto parameters =
        unpack<PBKDF2PARAM, PBKDF2PARAM_free>(ASN1_ITEM_rptr(PBKDF2PARAM), *scheme->keyfunc);
    if (!parameters) return unreadable();
    return to_rounds(parameters->iter);
}

Unlocking why_unlocking_failed() {
    auto why = Unlocking::failed;
    while (const auto code = ERR_get_error()) {
        const int reason = ERR_GET_REASON(code);
        const bool is_evp = ERR_GET_LIB(code) == ERR_LIB_EVP;
        if (reason == ERR_R_UNSUPPORTED ||
            (is_evp && (reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == EVP_R_UNKNOWN_CIPHER ||
                        reason == EVP_R_UNKNOWN_DIGEST || reason == EVP_R_UNSUPPORTED_CIPHER ||
                        reason == EVP_R_UNKNOWN_PBE_ALGORITHM || reason == EVP_R_UNSUPPORTED_PRF ||
                        reason == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION)))
            why = Unlocking::unsupported;
    }
    return why;
}

tl::unexpected<Error> locked(const Reading& reading, std::string_view what) {
    if (!reading.has_password())
        return fail(ErrorKind::denied, "{} is locked by a password; give it", what);
    if (reading.password()->is_empty())
        return fail(ErrorKind::denied,
                    "an empty password does not open {}; give the password that it was made with",
                    what);
    return fail(ErrorKind::denied,
                "the password does not open {}; look for capitals, the keyboard's language and "
                "blanks at its end",
                what);
}

}  // namespace rhumb::pki
