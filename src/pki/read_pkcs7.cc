/// Reading PKCS#7 files (CMS signed data, RFC 5652): the certificates and lists in them. Nobody
/// asks who signed.

#include <openssl/cms.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/bag_reading.h"
#include "pki/native.h"
#include "pki/signing.h"

namespace rhumb::pki {

namespace {

using CmsHandle = Handle<CMS_ContentInfo, CMS_ContentInfo_free>;

struct Stacks {
    STACK_OF(X509) * certificates;
    STACK_OF(X509_CRL) * crls;

    explicit Stacks(CMS_ContentInfo* cms)
        : certificates{CMS_get1_certs(cms)}, crls{CMS_get1_crls(cms)} {}
    Stacks(const Stacks&) = delete;
    Stacks& operator=(const Stacks&) = delete;
    ~Stacks() {
        sk_X509_pop_free(certificates, X509_free);
        sk_X509_CRL_pop_free(crls, X509_CRL_free);
    }
};

}  // namespace

Result<void> read_pkcs7(std::string_view der, Bag& bag) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const CmsHandle cms{d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size()))};
    if (!cms)
        return crypto::openssl_failed(ErrorKind::invalid,
                                      "the PKCS#7 file is damaged; get it again");
    const int kind = OBJ_obj2nid(CMS_get0_type(cms.get()));
    if (kind == NID_pkcs7_enveloped || kind == NID_pkcs7_encrypted)
        return fail(ErrorKind::invalid,
                    "it is an encrypted message, not a file of certificates; open it with the "
                    "program that received it, and take the certificates from there");
    if (kind != NID_pkcs7_signed)
        return fail(ErrorKind::invalid,
                    "it is a PKCS#7 message without certificates; ask the authority for the "
                    "certificate in PEM");
    const Stacks all{cms.get()};
    crypto::take_openssl_reasons();
    for (int i = 0; i < sk_X509_num(all.certificates); ++i) {
        auto* const x509 = sk_X509_value(all.certificates, i);
        TRY(auto certificate, Certificate::from_der(to_der_bytes(x509, i2d_X509)));
        TRY_DONE(add_certificate(bag, std::move(certificate)));
    }
    for (int i = 0; i < sk_X509_CRL_num(all.crls); ++i) {
        auto* const crl = sk_X509_CRL_value(all.crls, i);
        TRY(auto list, Crl::from_der(to_der_bytes(crl, i2d_X509_CRL)));
        TRY_DONE(add_crl(bag, std::move(list)));
    }
    return {};
}

}  // namespace rhumb::pki
