#pragma once
/// Renewal: keeps every certificate that can be renewed by itself fresh, and the local authority
/// with them: its intermediate, the activation of its next root, its revocation lists. Of those
/// that somebody must renew it says in good time that they end.

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/authority.h"
#include "certs/change.h"
#include "certs/host_names.h"
#include "certs/inventory.h"
#include "certs/renewal_plan.h"
#include "crypto/seal.h"
#include "storage/store.h"

namespace rhumb::certs {

/// The certificate that `certificate = "auto"` stands for: it follows the machine's names.
inline constexpr std::string_view auto_name = "auto";

/// What one run has done.
struct RenewalReport {
    struct Failure {
        std::string name;     ///< of the certificate, or of the authority
        std::string message;  ///< why, and what to do
    };
    std::vector<std::string> renewed;  ///< certificates and intermediates
    std::vector<Change> changes;       ///< of the certificates among them
    std::vector<Failure> failures;
    /// Things that somebody should know though nothing failed: wanted names that cannot be
    /// certified, a root near its end, certificates near theirs (each threshold once).
    std::vector<std::string> warnings;
    bool has_new_lists = false;  ///< revocation lists were made: current_crls() has others now
};

/// How long to wait after the n-th failure in a row: about 1, 10, 100 minutes, then a day, each a
/// quarter more or less so that many machines do not come at once. Never more than ten minutes for
/// a certificate that has expired.
Result<std::chrono::seconds> retry_delay(std::uint32_t failures, bool has_expired);

/// The names that a certificate has now, its title first: wanted beside the machine's own when it
/// is renewed by who knows of no other wishes.
std::vector<std::string> names_to_keep(const Entry& entry);

/// For so long one program may be at a certificate's renewal before another takes over.
inline constexpr std::chrono::minutes renewal_claim_time{10};

/// Used from one thread at a time; blocks. `store` and `seal` outlive it. Several programs may run
/// it on one store: one at a time renews a certificate, the others find the work done.
class Renewal {
public:
    Renewal(storage::Store& store, const crypto::Seal& seal, Actor actor);

    /// Beside the local authority and self-signing: others that renew the certificates of their
    /// origin.
    void add_issuer(std::unique_ptr<Issuer> issuer) { issuers_.push_back(std::move(issuer)); }

    /// Where clients find revocation lists; see crl_url().
    void set_crl_base(std::string base) { crl_base_ = std::move(base); }

    /// Renews what is due at `now`: see RenewalPlan; expired or not yet valid (the clock was
    /// wrong), below another root than the present one or a revoked intermediate, or, for `auto`, a
    /// name of the machine missing. A failure is recorded with the time of the next attempt and
    /// stops nothing else. Cheap when there is nothing to do. Call it every few minutes, after a
    /// jump of the clock, and when the machine's addresses have changed. With `is_patient` false it
    /// waits neither for the time of the next attempt after a failure nor for another program: for
    /// starts, when whatever was wrong may have been mended.
    Result<RenewalReport> run_once(const HostFacts& facts, Seconds now, bool is_patient = true);

    /// Renews one certificate now, due or not. `not_found`; `invalid` when it cannot be renewed by
    /// itself, with the remedy; `conflict` while another program is at it.
    Result<Change> renew_now(std::string_view name, const HostFacts& facts, Seconds now);

private:
    void look_after_authority(std::optional<Authority>& authority, Seconds now,
                              RenewalReport& report);
    void renew_intermediate(Authority& authority, Seconds now, RenewalReport& report);
    void make_lists(Seconds now, RenewalReport& report);
    void renew_if_due(const Entry& entry, const Order& order, Issuer& issuer, Seconds now,
                      bool is_patient, RenewalReport& report);
    Result<Change> renew(const Entry& entry, const Order& order, Issuer& issuer, Seconds now);
    Issuer* find_issuer(storage::Origin origin, LocalIssuer* local) const;
    Result<bool> claim(const Entry& entry, Seconds now, bool takes_over);
    void release(const std::string& name);
    void record_failure(const Entry& entry, const Error& error, Seconds now, RenewalReport& report);
    void warn_of_end(const Entry& entry, Seconds now, RenewalReport& report);

    storage::Store& store_;
    const crypto::Seal& seal_;
    Inventory inventory_;
    Actor actor_;
    std::string holder_;  // this object's name in claims; "" until the first
    std::string crl_base_;
    std::vector<std::unique_ptr<Issuer>> issuers_;
    std::uint32_t intermediate_failures_ = 0;
    Seconds intermediate_next_{};
    std::uint32_t list_failures_ = 0;
    Seconds lists_next_{};
};

}  // namespace rhumb::certs
