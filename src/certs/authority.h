#pragma once
/// The local authority of this installation: a constrained root, and below it an intermediate that
/// signs the certificates of servers and of clients. docs/decisions/0003-local-authority.md says
/// why it is as it is.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/actor.h"
#include "certs/issuer.h"
#include "crypto/seal.h"
#include "pki/certificate.h"
#include "pki/issue.h"
#include "storage/store.h"

namespace rhumb::certs {

inline constexpr std::chrono::days root_lifetime{3650};
inline constexpr std::chrono::days intermediate_lifetime{730};

/// For so long after its activation the chains of a new root carry it signed by the old one too,
/// for clients that have not been given the new one yet.
inline constexpr std::chrono::days cross_overlap{365};

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

/// A root is made known, then signs, then is retired.
enum class AuthorityState { next, active, retired };

/// "next", "active", "retired".
std::string_view to_text(AuthorityState state);

/// Whose certificate a client's is.
struct ClientOrder {
    std::string user;                   ///< the common name; at most 64 bytes
    std::vector<std::string> emails{};  ///< alternative names
    pki::KeyType key_type = pki::KeyType::ec_p256;
    std::chrono::seconds lifetime = std::chrono::days{365};
    pki::Subject subject{};  ///< what stands in the subject beside the common name
};

/// The authority as the store has it: an immutable value. Its keys stay sealed but for the moment
/// of signing.
class Authority {
public:
    /// A certificate of it that signs others, or did.
    struct Intermediate {
        storage::IntermediateRecord record;
        pki::Certificate certificate;
        bool is_revoked = false;
    };

    /// The one that signs; nothing before the first start.
    static Result<std::optional<Authority>> find(const storage::Store& store);
    /// The one that is made known already, and does not sign yet.
    static Result<std::optional<Authority>> find_next(const storage::Store& store);
    /// All there are, newest first, the retired ones too. Those that are damaged in the store are
    /// left out.
    static Result<std::vector<Authority>> list(const storage::Store& store);

    /// Makes one. `conflict` when there is one in use; `unavailable` when the machine's clock is
    /// clearly wrong. (authority_rotation.h has how another takes its place.)
    static Result<Authority> create(storage::Store& store, const crypto::Seal& seal,
                                    const AuthorityOptions& options, const Actor& actor);

    storage::Id id() const { return record_.id; }
    const std::string& name() const { return record_.name; }
    AuthorityState state() const;
    /// When it was made, is to begin to sign, began, and stopped.
    const storage::AuthorityRecord& record() const { return record_; }
    const pki::Certificate& root() const { return root_; }
    /// The one that signs now.
    const pki::Certificate& intermediate() const { return intermediates_.front().certificate; }
    /// That one, and those before it, newest first.
    const std::vector<Intermediate>& intermediates() const { return intermediates_; }
    /// Its root as another root has signed it, where chains carry that at `now`: clients that know
    /// only the other one accept what hangs below this one.
    std::optional<pki::Certificate> cross(Seconds now) const;

    /// What its root permits (all, when a root without constraints was put in).
    bool permits(const pki::Name& name) const;

    /// True when less than a third of its life is left, or the clock says that it is not valid.
    bool is_intermediate_due(Seconds now) const;

    /// Signs a new intermediate, with a new key, by the root, which signs nothing else but lists of
    /// revoked intermediates and, in a rotation, another root. Certificates of the old one stay
    /// good until their own end. `conflict`: another program was first.
    Result<Authority> renew_intermediate(storage::Store& store, const crypto::Seal& seal,
                                         Seconds now, const Actor& actor,
                                         std::string_view crl_base = {}) const;

    /// A server's certificate with a new key, checked as a strict client would; not stored.
    /// `crl_base`: see revocation_lists.h; "" puts no address of a revocation list in.
    Result<Issued> issue(const crypto::Seal& seal, const Order& order, Seconds now,
                         std::string_view crl_base = {}) const;

    /// A client's certificate, the same way.
    Result<Issued> issue_client(const crypto::Seal& seal, const ClientOrder& order, Seconds now,
                                std::string_view crl_base = {}) const;

    /// True when `chain` hangs below this root.
    bool has_issued(const pki::Chain& chain) const;

    /// True when it would issue the same again: below this root, by an intermediate of its that is
    /// not revoked, with the cross certificate where one is carried at `now`, and only there.
    bool is_current(const pki::Chain& chain, Seconds now) const;

private:
    friend class AuthorityReader;
    Authority(storage::AuthorityRecord record, pki::Certificate root)
        : record_{std::move(record)}, root_{std::move(root)} {}
    Result<Issued> sign(const crypto::Seal& seal, pki::IssueOptions options, pki::KeyType key_type,
                        std::string_view crl_base) const;

    storage::AuthorityRecord record_;
    pki::Certificate root_;
    std::optional<pki::Certificate> cross_;
    bool is_cross_by_next_ = false;            // the other root is the one to come
    std::vector<Intermediate> intermediates_;  // never empty, newest first
};

/// The local authority as an Issuer.
class LocalIssuer final : public Issuer {
public:
    /// `seal` outlives this.
    LocalIssuer(Authority authority, const crypto::Seal& seal, std::string crl_base = {})
        : authority_{std::move(authority)}, seal_{seal}, crl_base_{std::move(crl_base)} {}

    storage::Origin origin() const override { return storage::Origin::local_authority; }
    std::string name() const override { return "local authority"; }
    Result<Issued> issue(const Order& order, Seconds now) override {
        return authority_.issue(seal_, order, now, crl_base_);
    }
    bool is_current(const pki::Chain& chain, Seconds now) const override {
        return authority_.is_current(chain, now);
    }

private:
    Authority authority_;
    const crypto::Seal& seal_;
    std::string crl_base_;
};

}  // namespace rhumb::certs
