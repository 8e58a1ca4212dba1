#include "certs/renewal_plan.h"

#include <algorithm>
#include <array>

#include "pki/certificate.h"

namespace rhumb::certs {

namespace {

using std::chrono::seconds;

/// Below this life, half of it is kept in reserve instead of a third: a short-lived certificate has
/// no time for many attempts.
constexpr std::chrono::days short_life{10};

std::string issuer_of(storage::Origin origin) {
    switch (origin) {
        case storage::Origin::local_authority:
        case storage::Origin::self_signed:
        case storage::Origin::acme: return std::string{to_text(origin)};
        case storage::Origin::import:
        case storage::Origin::request: break;
    }
    return {};
}

}  // namespace

Seconds due_time(const pki::Certificate& leaf) {
    const seconds life = leaf.not_after() - leaf.not_before();
    const auto due = leaf.not_after() - (life < short_life ? life / 2 : life / 3);
    // A hundredth of its life to either side, by the certificate's own fingerprint: as good as
    // random, and the same in every program and after every start.
    const std::int64_t spread = life.count() / 100;
    if (spread <= 0) return due;
    std::uint64_t number = 0;
    for (const char byte : leaf.fingerprint_sha256().substr(0, 8))
        number = number << 8U | static_cast<unsigned char>(byte);
    const auto offset =
        static_cast<std::int64_t>(number % static_cast<std::uint64_t>(2 * spread + 1)) - spread;
    return due + seconds{offset};
}

RenewalPlan plan_of(const Entry& entry) {
    RenewalPlan plan;
    plan.issuer = issuer_of(entry.record.origin);
    if (entry.chain) plan.due = due_time(entry.chain->leaf());
    plan.next_attempt = entry.record.renewal.next_attempt;
    plan.failures = entry.record.renewal.failures;
    plan.last_error = entry.record.renewal.last_error;
    return plan;
}

std::string_view to_text(ExpiryThreshold threshold) {
    switch (threshold) {
        case ExpiryThreshold::third: return "third";
        case ExpiryThreshold::tenth: return "tenth";
        case ExpiryThreshold::week: return "week";
        case ExpiryThreshold::day: return "day";
        case ExpiryThreshold::expired: return "expired";
    }
    return "unknown";
}

std::vector<ExpiryThreshold> passed_thresholds(const pki::Certificate& leaf, Seconds now) {
    const seconds life = leaf.not_after() - leaf.not_before();
    const seconds left = leaf.not_after() - now;
    struct Step {
        ExpiryThreshold threshold;
        seconds left;
    };
    // A certificate that lives for less than the usual is not to be warned of on its first day.
    const std::array steps{
        Step{ExpiryThreshold::third, life / 3}, Step{ExpiryThreshold::tenth, life / 10},
        Step{ExpiryThreshold::week, std::min<seconds>(std::chrono::days{7}, life / 3)},
        Step{ExpiryThreshold::day, std::min<seconds>(std::chrono::days{1}, life / 3)},
        Step{ExpiryThreshold::expired, seconds{-1}}};
    std::vector<ExpiryThreshold> passed;
    for (const auto& step : steps)
        if (left <= step.left) passed.push_back(step.threshold);
    return passed;
}

}  // namespace rhumb::certs
