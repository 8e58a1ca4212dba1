#pragma once
/// Credentials: chooses, for each handshake, among the certificates of the store.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/snapshot.h"
#include "certs/inventory.h"
#include "tls/credential.h"

namespace rhumb::certs {

using CredentialPointer = std::shared_ptr<const tls::Credential>;

/// All certificates in use at one moment: immutable. Names are looked up as they are given: in
/// lower case, without a final dot.
class CredentialSet {
public:
    /// The best certificate for a host: by the exact name, then by a wildcard; null when there is
    /// none. Among several: one that is valid, one that the whole world trusts before our own
    /// authority's, then the one that lasts longest.
    CredentialPointer find_by_host(std::string_view host) const;

    /// The certificate with this name in the inventory; null when there is none.
    CredentialPointer find_by_name(std::string_view certificate) const;

    /// The certificate `auto`, else the best of all; null when there is none at all.
    const CredentialPointer& default_credential() const { return default_; }

private:
    friend class CredentialSetBuilder;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    using Table = std::unordered_map<std::string, CredentialPointer, Hash, std::equal_to<>>;

    Table by_host_;      // exact names and addresses
    Table by_wildcard_;  // "example.org" for *.example.org
    Table by_name_;      // lower case
    CredentialPointer default_;
    std::unordered_map<storage::Id, CredentialPointer> by_id_;  // to keep what has not changed
};

/// The CredentialSource over the current set. find() may be called from every loop at once;
/// reload() from one thread at a time.
class Credentials final : public tls::CredentialSource {
public:
    Credentials();

    /// By host, else the default. Null only when the store has no usable certificate.
    CredentialPointer find(std::string_view server_name) const override;

    /// What is current now.
    std::shared_ptr<const CredentialSet> current() const { return set_.get(); }

    /// Reads the inventory and replaces the set as a whole; credentials that have not changed stay
    /// the same objects. Records that cannot be used are left out, and told in the answer, one line
    /// each. When the store cannot be read, nothing changes.
    Result<std::vector<std::string>> reload(const Inventory& inventory, Seconds now);

private:
    Snapshot<CredentialSet> set_;
};

}  // namespace rhumb::certs
