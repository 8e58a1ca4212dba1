#pragma once
/// The local authority of this installation: a constrained root, and below it an intermediate that
/// signs the servers' certificates. docs/decisions/0003-local-authority.md says why it is as it is.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/actor.h"
#include "certs/issuer.h"
#include "crypto/seal.h"
#include "pki/certificate.h"
#include "storage/store.h"

namespace rhumb::certs {

inline constexpr std::chrono::days root_lifetime{3650};
inline constexpr std::chrono::days intermediate_lifetime{730};

struct AuthorityOptions {
    /// This machine's name; it stands in the root's common name.
    std::string host;
    /// Beside the private names and addresses: this machine's, and those of --host.
    std::vector<pki::Name> permitted;
    Seconds now{};
};

/// What a root permits: private names and address ranges, which no public authority may vouch for,
/// and `names`, less those that are public suffixes: a machine called `dev` does not get all of
/// that domain.
pki::NameConstraints constraints_for(const std::vector<pki::Name>& names);

/// The authority as the store has it: an immutable value. Its keys stay sealed but for the moment
/// of signing.
class Authority {
public:
    /// The one in use; nothing before the first start.
    static Result<std::optional<Authority>> find(const storage::Store& store);

    /// Makes one. `conflict` when there is one in use; `unavailable` when the machine's clock is
    /// clearly wrong.
    static Result<Authority> create(storage::Store& store, const crypto::Seal& seal,
                                    const AuthorityOptions& options, const Actor& actor);

    /// Makes one in the place of the one in use, which is retired. Clients must be given the new
    /// root; certificates of the old one are replaced at the next renewal.
    static Result<Authority> rotate(storage::Store& store, const crypto::Seal& seal,
                                    const AuthorityOptions& options, const Actor& actor);

    storage::Id id() const { return record_.id; }
    const std::string& name() const { return record_.name; }
    const pki::Certificate& root() const { return root_; }
    const pki::Certificate& intermediate() const { return intermediate_; }

    /// What its root permits (all, when a root without constraints was put in).
    bool permits(const pki::Name& name) const;

    /// True when less than a third of its life is left, or the clock says that it is not valid.
    bool is_intermediate_due(Seconds now) const;

    /// Signs a new intermediate, with a new key, by the root: the only thing that the root's key is
    /// ever used for. Certificates of the old one stay good until their own end.
    Result<Authority> renew_intermediate(storage::Store& store, const crypto::Seal& seal,
                                         Seconds now, const Actor& actor) const;

    /// A server's certificate with a new key, checked as a strict client would; not stored.
    Result<Issued> issue(const crypto::Seal& seal, const Order& order, Seconds now) const;

    /// True when `chain` ends below this root.
    bool has_issued(const pki::Chain& chain) const;

private:
    Authority(storage::AuthorityRecord record, pki::Certificate root,
              pki::Certificate intermediate);
    static Result<Authority> from_record(storage::AuthorityRecord record);

    storage::AuthorityRecord record_;
    pki::Certificate root_;
    pki::Certificate intermediate_;
};

/// The local authority as an Issuer.
class LocalIssuer final : public Issuer {
public:
    /// `seal` outlives this.
    LocalIssuer(Authority authority, const crypto::Seal& seal)
        : authority_{std::move(authority)}, seal_{seal} {}

    storage::Origin origin() const override { return storage::Origin::local_authority; }
    Result<Issued> issue(const Order& order, Seconds now) override {
        return authority_.issue(seal_, order, now);
    }
    bool is_current(const pki::Chain& chain) const override { return authority_.has_issued(chain); }

private:
    Authority authority_;
    const crypto::Seal& seal_;
};

}  // namespace rhumb::certs
