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

using tls::CredentialGroup;
using tls::CredentialPointer;

/// How a certificate fits a host: not at all, by a wildcard in the place of its first label, or by
/// its very name (or address).
enum class Fit { none, wildcard, exact };

/// All certificates in use at one moment: immutable. Names are looked up as they are given: in
/// lower case, without a final dot.
class CredentialSet {
public:
    /// The best certificate for a host: by the exact name, then by a wildcard; empty when there is
    /// none. Among several: one that is valid, one that the whole world trusts before our own
    /// authority's, then the one that lasts longest. Beside it the best with another family of
    /// keys, when that one is as good in the first two respects.
    CredentialGroup find_by_host(std::string_view host) const;

    /// The certificate with this name in the inventory; null when there is none.
    CredentialPointer find_by_name(std::string_view certificate) const;

    /// The certificate `auto`, else the best of all, with what stands beside it; empty when there
    /// is none at all.
    const CredentialGroup& default_group() const { return default_; }

    /// How one of this set fits a host.
    Fit fit(const CredentialPointer& credential, std::string_view host) const;
    /// What the inventory calls one of this set; "" for another.
    std::string_view name_of(const CredentialPointer& credential) const;
    /// True when both sets hold the very same certificates under the same names.
    bool has_the_same(const CredentialSet& other) const;
    /// Every host that some certificate is for, sorted; wildcards as "*.example.org".
    std::vector<std::string> hosts() const;

private:
    friend class CredentialSetBuilder;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <class Value>
    using Table = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
    struct Facts {
        std::string name;
        std::vector<std::string> hosts;
    };

    Table<CredentialGroup> by_host_;      // exact names and addresses
    Table<CredentialGroup> by_wildcard_;  // "example.org" for *.example.org
    Table<CredentialPointer> by_name_;    // lower case
    CredentialGroup default_;
    std::unordered_map<CredentialPointer, Facts> facts_;
    std::unordered_map<storage::Id, CredentialPointer> by_id_;  // to keep what has not changed
};

/// The CredentialSource over the current set. find() may be called from every loop at once;
/// reload() from one thread at a time.
class Credentials final : public tls::CredentialSource {
public:
    Credentials();

    /// By host, else the default. Empty only when the store has no usable certificate.
    CredentialGroup find(std::string_view server_name) const override;

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
