#pragma once
/// Writes PKCS#12 files (RFC 7292; `.pfx`, `.p12`): a key with its chain, under a password.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/secret.h"
#include "pki/certificate.h"
#include "pki/chain.h"
#include "pki/key.h"

namespace rhumb::pki {

enum class Pkcs12Encryption {
    modern,      ///< AES-256 and PBKDF2 with SHA-256: Windows from 2019, Java from 8u301, OpenSSL
    compatible,  ///< three-key triple DES and SHA-1: Windows before, old Java, old appliances
};

/// "modern", "compatible": as on the command line.
Result<Pkcs12Encryption> parse_pkcs12_encryption(std::string_view text);
std::string_view to_text(Pkcs12Encryption encryption);

struct Pkcs12Options {
    Pkcs12Encryption encryption = Pkcs12Encryption::modern;
    std::string friendly_name{};        ///< UTF-8; what Windows and Java show; "": none
    std::optional<Certificate> root{};  ///< goes in behind the chain where asked
};

/// The file's bytes. `password` is UTF-8 and may be empty (some programs then refuse the file).
/// `invalid`: the key is not the leaf's, or the password is not UTF-8.
Result<crypto::Secret> to_pkcs12(const Chain& chain, const Key& key, const crypto::Secret& password,
                                 const Pkcs12Options& options = {});

}  // namespace rhumb::pki
