#include "pki/legacy_library.h"

#include <openssl/crypto.h>
#include <openssl/provider.h>

#include "base/handle.h"
#include "crypto/errors.h"

namespace rhumb::pki {

namespace {

using ContextHandle = Handle<OSSL_LIB_CTX, OSSL_LIB_CTX_free>;
using ProviderHandle = Handle<OSSL_PROVIDER, OSSL_PROVIDER_unload>;

}  // namespace

/// The providers go before their context.
struct LegacyLibrary::Loaded {
    ContextHandle context;
    ProviderHandle standard;
    ProviderHandle legacy;
};

LegacyLibrary::LegacyLibrary() = default;
LegacyLibrary::~LegacyLibrary() = default;

Result<ossl_lib_ctx_st*> LegacyLibrary::get() {
    if (loaded_) return loaded_->context.get();
    auto loaded = std::make_unique<Loaded>();
    loaded->context.reset(OSSL_LIB_CTX_new());
    if (!loaded->context)
        return crypto::openssl_failed(ErrorKind::internal, "making a library context");
    loaded->standard.reset(OSSL_PROVIDER_load(loaded->context.get(), "default"));
    loaded->legacy.reset(OSSL_PROVIDER_load(loaded->context.get(), "legacy"));
    if (!loaded->standard || !loaded->legacy)
        return crypto::openssl_failed(
            ErrorKind::unavailable,
            "this file uses algorithms of the past (RC2, single DES), and this machine's OpenSSL "
            "has no legacy provider to read them; export it again with AES, or install OpenSSL's "
            "module legacy.so (Debian: openssl-provider-legacy)");
    loaded_ = std::move(loaded);
    return loaded_->context.get();
}

}  // namespace rhumb::pki
