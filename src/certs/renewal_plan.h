#pragma once
/// When a certificate will be renewed, and by whom: what a person wants to see of it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/inventory.h"

namespace rhumb::certs {

/// Pure data.
struct RenewalPlan {
    /// Who will renew it: "local authority", "self-signed", "acme"; "" when somebody must.
    std::string issuer;
    /// From when on: a third of its life is left (half, when it lives under ten days), a little
    /// sooner or later for each certificate, so that not all come at once. The same moment whenever
    /// and wherever it is asked for. Nothing for a damaged record: now.
    std::optional<Seconds> due;
    std::optional<Seconds> next_attempt;  ///< after a failure: not before that
    std::uint32_t failures = 0;           ///< since the last success
    std::string last_error;

    bool is_automatic() const { return !issuer.empty(); }
};

RenewalPlan plan_of(const Entry& entry);

/// The moment that plan_of() gives.
Seconds due_time(const pki::Certificate& leaf);

/// Steps towards a certificate's end at which somebody is told, each once.
enum class ExpiryThreshold { third, tenth, week, day, expired };

/// "third", "tenth", "week", "day", "expired".
std::string_view to_text(ExpiryThreshold threshold);

/// Those that `leaf` has passed at `now`, in order.
std::vector<ExpiryThreshold> passed_thresholds(const pki::Certificate& leaf, Seconds now);

}  // namespace rhumb::certs
