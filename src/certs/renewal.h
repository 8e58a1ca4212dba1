#pragma once
/// Renewal: keeps every certificate that can be renewed by itself fresh, and the local intermediate
/// with them.

#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/authority.h"
#include "certs/host_names.h"
#include "certs/inventory.h"
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
    std::vector<std::string> renewed;
    std::vector<Failure> failures;
    /// Things that somebody should know though nothing failed: wanted names that cannot be
    /// certified, a root near its end.
    std::vector<std::string> warnings;
};

/// How long to wait after the n-th failure in a row: about 1, 10, 100 minutes, then a day, each a
/// quarter more or less so that many machines do not come at once. Never more than ten minutes for
/// a certificate that has expired.
Result<std::chrono::seconds> retry_delay(std::uint32_t failures, bool has_expired);

/// Used from one thread at a time; blocks. `store` and `seal` outlive it. Several programs may run
/// it on one store: the first one wins, the others find the work done.
class Renewal {
public:
    Renewal(storage::Store& store, const crypto::Seal& seal, Actor actor)
        : store_{store}, seal_{seal}, inventory_{store, seal}, actor_{std::move(actor)} {}

    /// Renews what is due at `now`: less than a third of its life left, expired or not yet valid
    /// (the clock was wrong), below another root than the present one, or, for `auto`, a name of
    /// the machine missing. A failure is recorded with the time of the next attempt and stops
    /// nothing else. Cheap when there is nothing to do. Call it every few minutes, after a jump of
    /// the clock, and when the machine's addresses have changed. With `is_patient` false it does
    /// not wait for the time of the next attempt after a failure: for starts, when whatever was
    /// wrong may have been mended.
    Result<RenewalReport> run_once(const HostFacts& facts, Seconds now, bool is_patient = true);

    /// Renews one certificate now, due or not. `not_found`; `invalid` when it cannot be renewed by
    /// itself, with the remedy.
    Result<void> renew_now(std::string_view name, const HostFacts& facts, Seconds now);

private:
    void renew_intermediate(Authority& authority, Seconds now, RenewalReport& report);
    Result<storage::Id> renew(const Entry& entry, const Order& order, Issuer& issuer, Seconds now);
    void record_failure(const Entry& entry, const Error& error, Seconds now, RenewalReport& report);

    storage::Store& store_;
    const crypto::Seal& seal_;
    Inventory inventory_;
    Actor actor_;
    std::uint32_t intermediate_failures_ = 0;
    Seconds intermediate_next_{};
};

}  // namespace rhumb::certs
