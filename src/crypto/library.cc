#include "crypto/library.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/handle.h"

namespace rhumb::crypto {

Library library() {
    const Handle<EVP_KEYMGMT, EVP_KEYMGMT_free> post_quantum{
        EVP_KEYMGMT_fetch(nullptr, "X25519MLKEM768", nullptr)};
    ERR_clear_error();
    return {OpenSSL_version(OPENSSL_VERSION), post_quantum != nullptr};
}

}  // namespace rhumb::crypto
