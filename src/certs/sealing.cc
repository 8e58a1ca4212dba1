#include "certs/sealing.h"

#include "base/text.h"

namespace rhumb::certs {

Result<std::string> sealed_purpose(std::string_view use, const pki::PublicKey& key) {
    TRY(const auto digest, key.digest());
    return fmt::format("{} {}", use, text::to_hex(digest));
}

Result<std::string> seal_key(const crypto::Seal& seal, std::string_view use, const pki::Key& key) {
    TRY(const auto purpose, sealed_purpose(use, key.public_key()));
    TRY(const auto der, key.to_pkcs8_der());
    return seal.seal(purpose, der.view());
}

Result<pki::Key> open_key(const crypto::Seal& seal, std::string_view use,
                          const pki::Certificate& certificate, std::string_view sealed) {
    return open_key(seal, use, certificate.public_key(), fmt::format("«{}»", certificate.subject()),
                    sealed);
}

Result<pki::Key> open_key(const crypto::Seal& seal, std::string_view use,
                          const pki::PublicKey& public_key, std::string_view owner,
                          std::string_view sealed) {
    const auto open = [&]() -> Result<pki::Key> {
        TRY(const auto purpose, sealed_purpose(use, public_key));
        TRY(const auto der, seal.open(purpose, sealed));
        return pki::Key::from_der(der);
    };
    auto key = open();
    if (!key)
        return tl::unexpected(std::move(key).error().within(fmt::format("the key of {}", owner)));
    return key;
}

}  // namespace rhumb::certs
