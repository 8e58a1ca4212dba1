#include "pki/crl.h"

#include <algorithm>
#include <array>

#include <openssl/bn.h>

#include "base/text.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/distinguished_name.h"
#include "pki/native.h"
#include "pki/pem_blocks.h"
#include "pki/signing.h"
#include "pki/times.h"

namespace rhumb::pki {

namespace {

struct ReasonText {
    RevocationReason reason;
    std::string_view text;
};

constexpr std::array reasons{
    ReasonText{RevocationReason::unspecified, "unspecified"},
    ReasonText{RevocationReason::key_compromise, "keyCompromise"},
    ReasonText{RevocationReason::ca_compromise, "cACompromise"},
    ReasonText{RevocationReason::affiliation_changed, "affiliationChanged"},
    ReasonText{RevocationReason::superseded, "superseded"},
    ReasonText{RevocationReason::cessation_of_operation, "cessationOfOperation"},
    ReasonText{RevocationReason::certificate_hold, "certificateHold"},
    ReasonText{RevocationReason::remove_from_crl, "removeFromCRL"},
    ReasonText{RevocationReason::privilege_withdrawn, "privilegeWithdrawn"},
    ReasonText{RevocationReason::aa_compromise, "aACompromise"},
};

std::string plain(std::string_view text) {
    auto lower = text::to_lower(text::trim(text));
    std::erase_if(lower, [](char c) { return c == '-' || c == '_' || c == ' '; });
    return lower;
}

}  // namespace

Result<RevocationReason> parse_revocation_reason(std::string_view text) {
    const auto wanted = plain(text);
    for (const auto& known : reasons)
        if (known.reason != RevocationReason::remove_from_crl && plain(known.text) == wanted)
            return known.reason;
    std::vector<std::string> all;
    for (const auto& known : reasons)
        if (known.reason != RevocationReason::remove_from_crl) all.emplace_back(known.text);
    return fail(ErrorKind::invalid, "«{}» is no reason to revoke a certificate; there are {}", text,
                text::join(all, ", "));
}

std::string_view to_text(RevocationReason reason) {
    return std::ranges::find(reasons, reason, &ReasonText::reason)->text;
}

Result<Crl> Crl::from_pem(std::string_view pem) {
    if (pem.size() > 2 * crl_size_max)
        return fail(ErrorKind::too_large, "the revocation list is larger than {} bytes",
                    crl_size_max);
    PemReader reader{pem};
    for (;;) {
        TRY(const auto block, reader.next());
        if (!block)
            return fail(ErrorKind::invalid,
                        "there is no revocation list in the text; it begins with -----BEGIN X509 "
                        "CRL-----");
        if (block->label != "X509 CRL" && block->label != "CRL") continue;
        TRY(const auto der, decode_base64(block->body));
        return from_der(der.view());
    }
}

Result<Crl> Crl::from_der(std::string_view der) {
    if (der.size() > crl_size_max)
        return fail(ErrorKind::too_large, "the revocation list is larger than {} bytes",
                    crl_size_max);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = at + der.size();
    std::shared_ptr<X509_CRL> crl{d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())),
                                  X509_CRL_free};
    if (!crl) return crypto::openssl_failed(ErrorKind::invalid, "the revocation list is damaged");
    if (at != end)
        return fail(ErrorKind::invalid, "the revocation list is followed by {} other bytes",
                    end - at);
    TRY(const auto begin, to_seconds(X509_CRL_get0_lastUpdate(crl.get()), "the revocation list"));
    std::optional<Seconds> next;
    if (const auto* const time = X509_CRL_get0_nextUpdate(crl.get()); time != nullptr) {
        TRY(next, to_seconds(time, "the revocation list"));
    }
    return Crl{std::move(crl), begin, next};
}

std::string Crl::to_pem() const { return to_pem_block("X509 CRL", to_der()); }

std::string Crl::to_der() const { return to_der_bytes(crl_.get(), i2d_X509_CRL); }

std::string Crl::issuer() const { return pki::to_text(X509_CRL_get_issuer(crl_.get())); }

namespace {

std::string to_hex(const ASN1_INTEGER* integer) {
    const crypto::BigNumberHandle number{integer != nullptr ? ASN1_INTEGER_to_BN(integer, nullptr)
                                                            : nullptr};
    if (!number) return {};
    char* const digits = BN_bn2hex(number.get());
    auto text = text::to_lower(digits != nullptr ? digits : "");
    OPENSSL_free(digits);
    return text;
}

/// Null when it is no hexadecimal number.
crypto::IntegerHandle to_integer(std::string_view hex) {
    BIGNUM* number = nullptr;
    const std::string digits{hex};
    const bool is_read = digits.size() <= 128 && !digits.empty() &&
                         BN_hex2bn(&number, digits.c_str()) == static_cast<int>(digits.size());
    const crypto::BigNumberHandle owned{number};
    return crypto::IntegerHandle{is_read ? BN_to_ASN1_INTEGER(number, nullptr) : nullptr};
}

RevocationReason reason_of(const X509_REVOKED* line) {
    const Handle<ASN1_ENUMERATED, ASN1_ENUMERATED_free> code{static_cast<ASN1_ENUMERATED*>(
        X509_REVOKED_get_ext_d2i(line, NID_crl_reason, nullptr, nullptr))};
    if (!code) return RevocationReason::unspecified;
    const auto known = std::ranges::find(reasons, ASN1_ENUMERATED_get(code.get()),
                                         [](const auto& r) { return static_cast<long>(r.reason); });
    return known != reasons.end() ? known->reason : RevocationReason::unspecified;
}

Revoked to_revoked(const X509_REVOKED* line) {
    const auto when = to_seconds(X509_REVOKED_get0_revocationDate(line), "the revocation list");
    return {to_hex(X509_REVOKED_get0_serialNumber(line)), when.value_or(Seconds{}),
            reason_of(line)};
}

}  // namespace

std::string Crl::number() const {
    const crypto::IntegerHandle number{static_cast<ASN1_INTEGER*>(
        X509_CRL_get_ext_d2i(crl_.get(), NID_crl_number, nullptr, nullptr))};
    return to_hex(number.get());
}

std::vector<Revoked> Crl::revoked() const {
    std::vector<Revoked> all;
    auto* const lines = X509_CRL_get_REVOKED(crl_.get());
    for (int i = 0; lines != nullptr && i < sk_X509_REVOKED_num(lines); ++i)
        all.push_back(to_revoked(sk_X509_REVOKED_value(lines, i)));
    crypto::take_openssl_reasons();
    return all;
}

std::optional<Revoked> Crl::find(std::string_view serial) const {
    const auto wanted = to_integer(serial);
    // Not by OpenSSL's own search, which sorts the list: this value is never written to.
    auto* const lines = X509_CRL_get_REVOKED(crl_.get());
    for (int i = 0; wanted && lines != nullptr && i < sk_X509_REVOKED_num(lines); ++i) {
        const auto* const line = sk_X509_REVOKED_value(lines, i);
        if (ASN1_INTEGER_cmp(X509_REVOKED_get0_serialNumber(line), wanted.get()) == 0)
            return to_revoked(line);
    }
    return std::nullopt;
}

bool Crl::is_signed_by(const Certificate& issuer) const {
    auto* const x509 = Native::get(issuer);
    const bool is =
        X509_NAME_cmp(X509_CRL_get_issuer(crl_.get()), X509_get_subject_name(x509)) == 0 &&
        (X509_get_key_usage(x509) & KU_CRL_SIGN) != 0 &&
        X509_CRL_verify(crl_.get(), X509_get0_pubkey(x509)) == 1;
    crypto::take_openssl_reasons();
    return is;
}

bool Crl::is_current_at(Seconds now) const {
    return this_update_ <= now && (!next_update_ || now <= *next_update_);
}

bool Crl::operator==(const Crl& other) const { return to_der() == other.to_der(); }

}  // namespace rhumb::pki
