/// Making revocation lists (RFC 5280 section 5).

#include <algorithm>
#include <set>

#include <openssl/bn.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/crl.h"
#include "pki/extensions.h"
#include "pki/native.h"
#include "pki/signing.h"
#include "pki/times.h"

namespace rhumb::pki {

namespace {

constexpr std::size_t revoked_max = 100'000;

using TimeHandle = Handle<ASN1_TIME, ASN1_TIME_free>;

tl::unexpected<Error> refused(std::string_view why) {
    return fail(ErrorKind::invalid, "making a revocation list: {}", why);
}

tl::unexpected<Error> failed(std::string_view step) {
    return crypto::openssl_failed(ErrorKind::internal,
                                  fmt::format("making a revocation list: {}", step));
}

Result<void> check(const CrlOptions& options, const Signer& signer) {
    if (options.number == 0) return refused("its number must be larger than 0");
    if (options.lifetime <= std::chrono::seconds{0})
        return refused("its lifetime must be longer than nothing");
    if (options.revoked.size() > revoked_max) return refused("it has too many lines");
    auto* const x509 = Native::get(signer.certificate);
    if (!signer.certificate.is_ca() || (X509_get_key_usage(x509) & KU_CRL_SIGN) == 0)
        return refused("the certificate that is to sign it may not sign lists");
    if (!signer.key.matches(signer.certificate))
        return refused("the signing key is not that of the authority");
    std::set<std::string_view> serials;
    for (const auto& line : options.revoked)
        if (!serials.insert(line.serial).second)
            return fail(ErrorKind::invalid,
                        "making a revocation list: the serial number {} is there twice",
                        line.serial);
    return {};
}

bool add_reason(X509_REVOKED* line, RevocationReason reason) {
    if (reason == RevocationReason::unspecified) return true;  // RFC 5280 section 5.3.1: left out
    const Handle<ASN1_ENUMERATED, ASN1_ENUMERATED_free> code{ASN1_ENUMERATED_new()};
    return code && ASN1_ENUMERATED_set(code.get(), static_cast<long>(reason)) == 1 &&
           X509_REVOKED_add1_ext_i2d(line, NID_crl_reason, code.get(), 0, 0) == 1;
}

Result<void> add_line(X509_CRL* crl, const Revoked& revoked) {
    BIGNUM* number = nullptr;
    const bool is_hex =
        !revoked.serial.empty() && revoked.serial.size() <= 64 &&
        BN_hex2bn(&number, revoked.serial.c_str()) == static_cast<int>(revoked.serial.size());
    const crypto::BigNumberHandle owned{number};
    if (!is_hex)
        return fail(ErrorKind::invalid,
                    "making a revocation list: «{}» is no serial number in hexadecimal",
                    revoked.serial);
    Handle<X509_REVOKED, X509_REVOKED_free> line{X509_REVOKED_new()};
    const crypto::IntegerHandle serial{BN_to_ASN1_INTEGER(number, nullptr)};
    const TimeHandle when{ASN1_TIME_new()};
    if (!line || !serial || !set_time(when.get(), revoked.when) ||
        X509_REVOKED_set_serialNumber(line.get(), serial.get()) != 1 ||
        X509_REVOKED_set_revocationDate(line.get(), when.get()) != 1 ||
        !add_reason(line.get(), revoked.reason) || X509_CRL_add0_revoked(crl, line.get()) != 1)
        return failed("one of its lines");
    give_away(line);  // the list's now
    return {};
}

bool set_times(X509_CRL* crl, const CrlOptions& options) {
    const TimeHandle begin{ASN1_TIME_new()};
    const TimeHandle end{ASN1_TIME_new()};
    return set_time(begin.get(), options.now) &&
           set_time(end.get(), options.now + options.lifetime) &&
           X509_CRL_set1_lastUpdate(crl, begin.get()) == 1 &&
           X509_CRL_set1_nextUpdate(crl, end.get()) == 1;
}

bool add_extensions(X509_CRL* crl, std::uint64_t number, X509* signer) {
    const crypto::IntegerHandle value{ASN1_INTEGER_new()};
    const auto authority = make_authority_key_id(signer);
    if (!value || !authority || ASN1_INTEGER_set_uint64(value.get(), number) != 1) return false;
    const bool has_id = authority->keyid != nullptr;
    return (!has_id || X509_CRL_add1_ext_i2d(crl, NID_authority_key_identifier, authority.get(), 0,
                                             X509V3_ADD_DEFAULT) == 1) &&
           X509_CRL_add1_ext_i2d(crl, NID_crl_number, value.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

}  // namespace

Result<Crl> make_crl(const CrlOptions& options, const Signer& signer) {
    TRY_DONE(check(options, signer));
    auto* const x509 = Native::get(signer.certificate);
    auto* const key = Native::get(signer.key);
    const Handle<X509_CRL, X509_CRL_free> crl{X509_CRL_new()};
    if (!crl || X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) != 1 ||
        X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(x509)) != 1)
        return failed("its issuer");
    if (!set_times(crl.get(), options)) return failed("its dates");
    for (const auto& line : options.revoked) TRY_DONE(add_line(crl.get(), line));
    X509_CRL_sort(crl.get());
    if (!add_extensions(crl.get(), options.number, x509)) return failed("its extensions");
    if (X509_CRL_sign(crl.get(), key, digest_for(key)) <= 0) return failed("signing it");
    return Crl::from_der(to_der_bytes(crl.get(), i2d_X509_CRL));
}

}  // namespace rhumb::pki
