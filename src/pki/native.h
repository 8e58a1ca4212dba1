#pragma once
/// The way from our values to OpenSSL's objects and back, for `pki` and `tls` alone.

#include <memory>

#include "pki/certificate.h"
#include "pki/crl.h"
#include "pki/key.h"
#include "pki/request.h"

namespace rhumb::pki {

/// What the values hold stays theirs: valid for as long as the value or a copy of it lives. OpenSSL
/// counts references inside, so SSL_CTX_use_cert_and_key() may take them; they must not be changed.
class Native {
public:
    static evp_pkey_st* get(const Key& key) { return key.key_.get(); }
    static evp_pkey_st* get(const PublicKey& key) { return key.key_.get(); }
    static x509_st* get(const Certificate& certificate) { return certificate.x509_.get(); }
    static X509_req_st* get(const Request& request) { return request.request_.get(); }
    static X509_crl_st* get(const Crl& crl) { return crl.crl_.get(); }

    /// Takes over what is not null.
    static Key make_key(std::shared_ptr<evp_pkey_st> key) { return Key{std::move(key)}; }
    static PublicKey make_public_key(std::shared_ptr<evp_pkey_st> key) {
        return PublicKey{std::move(key)};
    }
    static Result<Certificate> make_certificate(std::shared_ptr<x509_st> x509) {
        return Certificate::adopt(std::move(x509));
    }
};

}  // namespace rhumb::pki
