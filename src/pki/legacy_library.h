#pragma once
/// OpenSSL's legacy provider (RC2, RC4, single DES), in a library context of its own: old PKCS#12
/// files need it, and TLS never sees it. Inside `pki` alone.

#include <memory>

#include "base/result.h"

struct ossl_lib_ctx_st;   // OpenSSL's OSSL_LIB_CTX
struct ossl_provider_st;  // OpenSSL's OSSL_PROVIDER

namespace rhumb::pki {

/// Loads when it is first asked for; lets go of all at its end. Not for several threads.
class LegacyLibrary {
public:
    LegacyLibrary();
    ~LegacyLibrary();
    LegacyLibrary(const LegacyLibrary&) = delete;
    LegacyLibrary& operator=(const LegacyLibrary&) = delete;

    /// The context, valid for as long as this lives. `unavailable` when this machine's OpenSSL has
    /// no legacy provider.
    Result<ossl_lib_ctx_st*> get();

private:
    struct Loaded;
    std::unique_ptr<Loaded> loaded_;
};

}  // namespace rhumb::pki
