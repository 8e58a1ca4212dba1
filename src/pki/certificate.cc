#include "pki/certificate.h"

#include <algorithm>
#include <array>

#include <openssl/bn.h>

#include "base/text.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/alternative_names.h"
#include "pki/distinguished_name.h"
#include "pki/native.h"
#include "pki/pem.h"
#include "pki/pem_blocks.h"
#include "pki/signing.h"
#include "pki/times.h"

namespace rhumb::pki {

namespace {

constexpr std::size_t der_size_max = 256U << 10U;

std::string digest_of(const X509* x509, const EVP_MD* kind) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (X509_digest(x509, kind, bytes.data(), &size) != 1) return {};
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

Result<Certificate> Certificate::adopt(std::shared_ptr<x509_st> x509) {
    TRY(const auto not_before, to_seconds(X509_get0_notBefore(x509.get()), "the certificate"));
    TRY(const auto not_after, to_seconds(X509_get0_notAfter(x509.get()), "the certificate"));
    // Reads the extensions once and keeps what they say, so that nothing is written to the object
    // later.
    if ((X509_get_extension_flags(x509.get()) & EXFLAG_INVALID) != 0 ||
        X509_get0_pubkey(x509.get()) == nullptr)
        return crypto::openssl_failed(
            ErrorKind::invalid, "the certificate has an extension or a key that cannot be read");
    return Certificate{std::move(x509), not_before, not_after};
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
    TRY(const auto certificates, read_certificates(pem));
    if (certificates.empty())
        return fail(
            ErrorKind::invalid,
            "there is no certificate in the text; it begins with -----BEGIN CERTIFICATE-----");
    return certificates.front();
}

Result<Certificate> Certificate::from_der(std::string_view der) {
    if (der.size() > der_size_max)
        return fail(ErrorKind::too_large, "the certificate is larger than {} bytes", der_size_max);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = at + der.size();
    std::shared_ptr<X509> x509{d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free};
    if (!x509) return crypto::openssl_failed(ErrorKind::invalid, "the certificate is damaged");
    if (at != end)
        return fail(ErrorKind::invalid, "the certificate is followed by {} other bytes", end - at);
    return adopt(std::move(x509));
}

std::string Certificate::to_der() const { return to_der_bytes(x509_.get(), i2d_X509); }

std::string Certificate::to_pem() const { return to_pem_block("CERTIFICATE", to_der()); }

std::string Certificate::subject() const { return to_text(X509_get_subject_name(x509_.get())); }

std::string Certificate::issuer() const { return to_text(X509_get_issuer_name(x509_.get())); }

std::string Certificate::subject_der() const {
    return to_der_bytes(X509_get_subject_name(x509_.get()), i2d_X509_NAME);
}

std::vector<NamePart> Certificate::subject_parts() const {
    return parts_of(X509_get_subject_name(x509_.get()));
}

std::vector<NamePart> Certificate::issuer_parts() const {
    return parts_of(X509_get_issuer_name(x509_.get()));
}

std::string Certificate::common_name() const { return subject_fields().common_name; }

Subject Certificate::subject_fields() const {
    return to_subject(X509_get_subject_name(x509_.get()));
}

std::string Certificate::serial() const {
    const crypto::BigNumberHandle number{
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509_.get()), nullptr)};
    if (!number) return {};
    char* const digits = BN_bn2hex(number.get());
    auto text = text::to_lower(digits != nullptr ? digits : "");
    OPENSSL_free(digits);
    return text;
}

std::vector<Name> Certificate::names() const {
    const crypto::GeneralNamesHandle all{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(x509_.get(), NID_subject_alt_name, nullptr, nullptr))};
    crypto::take_openssl_reasons();  // of an extension that cannot be read
    return names_in(all.get());
}

std::string Certificate::fingerprint_sha256() const { return digest_of(x509_.get(), EVP_sha256()); }

std::string Certificate::fingerprint_sha1() const { return digest_of(x509_.get(), EVP_sha1()); }

PublicKey Certificate::public_key() const {
    // Shares the ownership of the certificate, which holds the key.
    return Native::make_public_key({x509_, X509_get0_pubkey(x509_.get())});
}

std::string Certificate::signature_algorithm() const {
    const char* const name = OBJ_nid2ln(X509_get_signature_nid(x509_.get()));
    return name != nullptr ? name : "unknown";
}

bool Certificate::is_ca() const { return (X509_get_extension_flags(x509_.get()) & EXFLAG_CA) != 0; }

bool Certificate::is_self_signed() const {
    const bool is = X509_self_signed(x509_.get(), 1) == 1;
    crypto::take_openssl_reasons();
    return is;
}

bool Certificate::is_issued_by(const Certificate& issuer) const {
    const bool is = X509_check_issued(issuer.x509_.get(), x509_.get()) == X509_V_OK &&
                    X509_verify(x509_.get(), X509_get0_pubkey(issuer.x509_.get())) == 1;
    crypto::take_openssl_reasons();
    return is;
}

namespace {

void add_permitted(const GENERAL_NAME* base, NameConstraints& permitted) {
    int kind = 0;
    const auto* const value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(base, &kind));
    if (kind == GEN_DNS) permitted.domains.push_back(text::to_lower(to_view(value)));
    if (kind != GEN_IPADD) return;
    if (auto range = AddressRange::from_bytes(to_view(value)))
        permitted.ranges.push_back(*std::move(range));
}

bool has_kind(const NAME_CONSTRAINTS& constraints, int kind) {
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(constraints.permittedSubtrees); ++i)
        if (sk_GENERAL_SUBTREE_value(constraints.permittedSubtrees, i)->base->type == kind)
            return true;
    return false;
}

}  // namespace

std::optional<NameConstraints> Certificate::name_constraints() const {
    const crypto::NameConstraintsHandle all{static_cast<NAME_CONSTRAINTS*>(
        X509_get_ext_d2i(x509_.get(), NID_name_constraints, nullptr, nullptr))};
    if (!all) return std::nullopt;
    NameConstraints permitted;
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(all->permittedSubtrees); ++i)
        add_permitted(sk_GENERAL_SUBTREE_value(all->permittedSubtrees, i)->base, permitted);
    if (!has_kind(*all, GEN_DNS)) permitted.domains.emplace_back();
    if (!has_kind(*all, GEN_IPADD))
        for (const auto* const whole : {"0.0.0.0/0", "::/0"})
            permitted.ranges.push_back(*AddressRange::parse(whole));
    return permitted;
}

bool Certificate::matches_host(std::string_view host) const {
    const auto name = Name::parse(host);
    if (!name || name->is_wildcard()) return false;
    return std::ranges::any_of(names(),
                               [&](const Name& pattern) { return covers(pattern, *name); });
}

bool Certificate::is_due(Seconds now) const {
    return (not_after_ - now) * 3 < not_after_ - not_before_;
}

bool Certificate::operator==(const Certificate& other) const {
    return X509_cmp(x509_.get(), other.x509_.get()) == 0;
}

std::string to_colon_hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        text += fmt::format("{}{:02X}", text.empty() ? "" : ":", static_cast<unsigned char>(byte));
    return text;
}

}  // namespace rhumb::pki
