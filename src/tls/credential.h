#pragma once
/// Credential: a certificate chain and its private key, ready for handshakes; and CredentialSource,
/// who chooses.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/chain.h"
#include "pki/key.h"

namespace rhumb::tls {

/// What proves who we are. Immutable, shared by all loops.
class Credential {
public:
    /// `conflict` when the key is not that of the chain's first certificate.
    static Result<std::shared_ptr<const Credential>> make(pki::Chain chain, pki::Key key);

    const pki::Chain& chain() const { return chain_; }
    const pki::Key& key() const { return key_; }
    /// "ec", "rsa" …: what kind of signatures a client must understand. One binding may show one
    /// credential of each.
    const std::string& key_family() const { return key_family_; }

private:
    Credential(pki::Chain chain, pki::Key key);
    pki::Chain chain_;
    pki::Key key_;
    std::string key_family_;
};

using CredentialPointer = std::shared_ptr<const Credential>;

/// What may answer one handshake, side by side: at most one credential of each family of keys, the
/// preferred one first. What the client offers (signature algorithms, ciphers of TLS 1.2) decides
/// among them. Empty: nobody answers.
using CredentialGroup = std::vector<CredentialPointer>;

/// Adds `credential` unless there is one with such a key already.
void add_to_group(CredentialGroup& group, const CredentialPointer& credential);

/// Chooses the credentials for a handshake. Called from every loop at once.
class CredentialSource {
public:
    virtual ~CredentialSource() = default;
    /// For the name the client asks for (lower case; "" when it sent none): the exact name, then a
    /// wildcard, then the default. Empty: the handshake is refused with unrecognized_name.
    virtual CredentialGroup find(std::string_view server_name) const = 0;
};

}  // namespace rhumb::tls
