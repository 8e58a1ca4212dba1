#include "pki/ocsp.h"

#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>

#include "base/handle.h"
#include "crypto/errors.h"
#include "pki/native.h"
#include "pki/times.h"

namespace rhumb::pki {

namespace {

using ResponseHandle = Handle<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using BasicHandle = Handle<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using IdHandle = Handle<OCSP_CERTID, OCSP_CERTID_free>;
using StoreHandle = Handle<X509_STORE, X509_STORE_free>;

Result<BasicHandle> read_basic(std::string_view der) {
    if (der.size() > ocsp_size_max)
        return fail(ErrorKind::too_large, "the OCSP response is longer than {} KiB",
                    ocsp_size_max >> 10U);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes, as the call wants them
    const auto* place = reinterpret_cast<const unsigned char*>(der.data());
    const ResponseHandle response{
        d2i_OCSP_RESPONSE(nullptr, &place, static_cast<long>(der.size()))};
    if (!response) {
        (void)crypto::take_openssl_reasons();
        return fail(ErrorKind::invalid, "the OCSP response is damaged");
    }
    const int status = OCSP_response_status(response.get());
    if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return fail(ErrorKind::invalid, "the responder did not answer, but said «{}»",
                    OCSP_response_status_str(status));
    BasicHandle basic{OCSP_response_get1_basic(response.get())};
    if (!basic) {
        (void)crypto::take_openssl_reasons();
        return fail(ErrorKind::invalid, "the OCSP response is of a kind that clients do not know");
    }
    return basic;
}

/// The single response about `leaf`; null when there is none. Each may name it by another digest.
OCSP_SINGLERESP* find_single(OCSP_BASICRESP* basic, X509* leaf, X509* issuer) {
    for (int i = 0; i < OCSP_resp_count(basic); ++i) {
        auto* const single = OCSP_resp_get0(basic, i);
        // The call only reads it.
        auto* const id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
        ASN1_OBJECT* digest = nullptr;
        if (OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, id) != 1) continue;
        const auto* const algorithm = EVP_get_digestbyobj(digest);
        if (algorithm == nullptr) continue;
        const IdHandle wanted{OCSP_cert_to_id(algorithm, leaf, issuer)};
        if (wanted && OCSP_id_cmp(wanted.get(), id) == 0) return single;
    }
    return nullptr;
}

/// By the issuer itself, or by one with its certificate for signing responses.
bool is_signed_rightly(OCSP_BASICRESP* basic, X509* issuer, Seconds now) {
    const StoreHandle store{X509_STORE_new()};
    if (!store || X509_STORE_add_cert(store.get(), issuer) != 1) return false;
    auto* const settings = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_flags(settings, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_time(settings, now.time_since_epoch().count());
    STACK_OF(X509)* const others = sk_X509_new_null();
    if (others == nullptr) return false;
    const bool is_right =
        sk_X509_push(others, issuer) > 0 && OCSP_basic_verify(basic, others, store.get(), 0) == 1;
    sk_X509_free(others);
    (void)crypto::take_openssl_reasons();
    return is_right;
}

std::optional<Seconds> to_optional(const ASN1_GENERALIZEDTIME* time) {
    if (time == nullptr) return std::nullopt;
    const auto read = to_seconds(time, "the OCSP response");
    return read ? std::optional{*read} : std::nullopt;
}

OcspStatus::Kind to_kind(int status) {
    if (status == V_OCSP_CERTSTATUS_GOOD) return OcspStatus::Kind::good;
    if (status == V_OCSP_CERTSTATUS_REVOKED) return OcspStatus::Kind::revoked;
    return OcspStatus::Kind::unknown;
}

}  // namespace

bool OcspStatus::is_current_at(Seconds now, std::chrono::seconds slack) const {
    return this_update - slack <= now && (!next_update || now <= *next_update + slack);
}

Result<OcspStatus> read_ocsp(std::string_view der, const Certificate& leaf,
                             const Certificate& issuer, Seconds now) {
    TRY(const auto basic, read_basic(der));
    auto* const above = Native::get(issuer);
    auto* const single = find_single(basic.get(), Native::get(leaf), above);
    if (single == nullptr)
        return fail(ErrorKind::invalid, "the OCSP response is about another certificate");
    if (!is_signed_rightly(basic.get(), above, now))
        return fail(ErrorKind::invalid,
                    "the OCSP response is signed neither by «{}» nor in its name",
                    issuer.subject());
    int reason = OCSP_REVOKED_STATUS_NOSTATUS;
    ASN1_GENERALIZEDTIME* revoked_at = nullptr;
    ASN1_GENERALIZEDTIME* this_update = nullptr;
    ASN1_GENERALIZEDTIME* next_update = nullptr;
    const int status =
        OCSP_single_get0_status(single, &reason, &revoked_at, &this_update, &next_update);
    const auto begins = to_optional(this_update);
    if (!begins) return fail(ErrorKind::invalid, "the OCSP response has no date");
    const bool has_reason = reason >= 0 && reason <= 10 && reason != 7;
    return OcspStatus{.kind = to_kind(status),
                      .this_update = *begins,
                      .next_update = to_optional(next_update),
                      .revoked_at = to_optional(revoked_at).value_or(Seconds{}),
                      .reason = has_reason ? static_cast<RevocationReason>(reason)
                                           : RevocationReason::unspecified};
}

}  // namespace rhumb::pki
