#pragma once
/// Owners for OpenSSL's objects. For the .cc files of `crypto`, `pki` and `tls` alone: the headers
/// of these modules name OpenSSL's types without including OpenSSL.

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/handle.h"

namespace rhumb::crypto {

using BioHandle = Handle<BIO, BIO_free_all>;
using CipherContextHandle = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using KeyHandle = Handle<EVP_PKEY, EVP_PKEY_free>;
using KeyContextHandle = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using X509Handle = Handle<X509, X509_free>;
using NameHandle = Handle<X509_NAME, X509_NAME_free>;
using IntegerHandle = Handle<ASN1_INTEGER, ASN1_INTEGER_free>;
using BigNumberHandle = Handle<BIGNUM, BN_free>;
using ExtensionHandle = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using GeneralNameHandle = Handle<GENERAL_NAME, GENERAL_NAME_free>;
using GeneralNamesHandle = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using GeneralSubtreeHandle = Handle<GENERAL_SUBTREE, GENERAL_SUBTREE_free>;
using NameConstraintsHandle = Handle<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using X509StoreHandle = Handle<X509_STORE, X509_STORE_free>;
using X509StoreContextHandle = Handle<X509_STORE_CTX, X509_STORE_CTX_free>;

}  // namespace rhumb::crypto
