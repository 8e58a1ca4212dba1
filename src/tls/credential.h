#pragma once
/// Credential: a certificate chain and its private key, ready for handshakes; and CredentialSource, who chooses.

#include <memory>
#include <string>
#include <string_view>

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

private:
    Credential(pki::Chain chain, pki::Key key) : chain_{std::move(chain)}, key_{std::move(key)} {}
    pki::Chain chain_;
    pki::Key key_;
};

/// Chooses the credential for a handshake. Called from every loop at once.
class CredentialSource {
public:
    virtual ~CredentialSource() = default;
    /// For the name the client asks for (lower case; "" when it sent none): the exact name, then a wildcard, then the
    /// default. Null: the handshake is refused with unrecognized_name.
    virtual std::shared_ptr<const Credential> find(std::string_view server_name) const = 0;
};

}  // namespace rhumb::tls
