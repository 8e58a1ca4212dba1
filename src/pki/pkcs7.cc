#include "pki/pkcs7.h"

#include <openssl/pkcs7.h>

#include "crypto/errors.h"
#include "pki/native.h"
#include "pki/pem_blocks.h"
#include "pki/signing.h"

namespace rhumb::pki {

Result<std::string> to_pkcs7_der(std::span<const Certificate> certificates) {
    if (certificates.empty())
        return fail(ErrorKind::invalid, "writing PKCS#7: there are no certificates to write");
    const Handle<PKCS7, PKCS7_free> file{PKCS7_new()};
    if (!file || PKCS7_set_type(file.get(), NID_pkcs7_signed) != 1 ||
        PKCS7_content_new(file.get(), NID_pkcs7_data) != 1 ||
        PKCS7_set_detached(file.get(), 1) != 1)
        return crypto::openssl_failed(ErrorKind::internal, "writing PKCS#7");
    for (const auto& certificate : certificates)
        if (PKCS7_add_certificate(file.get(), Native::get(certificate)) != 1)
            return crypto::openssl_failed(ErrorKind::internal, "writing PKCS#7");
    auto der = to_der_bytes(file.get(), i2d_PKCS7);
    if (der.empty()) return crypto::openssl_failed(ErrorKind::internal, "writing PKCS#7");
    return der;
}

Result<std::string> to_pkcs7_pem(std::span<const Certificate> certificates) {
    TRY(const auto der, to_pkcs7_der(certificates));
    return to_pem_block("PKCS7", der);
}

}  // namespace rhumb::pki
