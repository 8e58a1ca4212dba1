#pragma once
/// Private keys in the store: each sealed for one use and for its own public key, so that a blob
/// that was moved to another record does not open.

#include <string>
#include <string_view>

#include "crypto/seal.h"
#include "pki/certificate.h"
#include "pki/key.h"

namespace rhumb::certs {

/// What a key is used for; a part of what it is sealed for.
inline constexpr std::string_view leaf_key = "certificate key";
inline constexpr std::string_view client_key = "client certificate key";
inline constexpr std::string_view root_key = "authority root key";
inline constexpr std::string_view intermediate_key = "authority intermediate key";

/// What a key is sealed for: its use, and the public key that goes with it.
Result<std::string> sealed_purpose(std::string_view use, const pki::PublicKey& key);

Result<std::string> seal_key(const crypto::Seal& seal, std::string_view use, const pki::Key& key);

/// The key of `certificate`. The error tells why it does not open, and names the certificate.
Result<pki::Key> open_key(const crypto::Seal& seal, std::string_view use,
                          const pki::Certificate& certificate, std::string_view sealed);

/// The key that goes with `key`; `owner` is what the error names: "the request «maps»".
Result<pki::Key> open_key(const crypto::Seal& seal, std::string_view use, const pki::PublicKey& key,
                          std::string_view owner, std::string_view sealed);

}  // namespace rhumb::certs
