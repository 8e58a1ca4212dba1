#include "certs/expiry.h"

#include <algorithm>

#include "certs/dates.h"
#include "certs/recording.h"

namespace rhumb::certs {

namespace {

std::string_view how_near(ExpiryThreshold threshold) {
    switch (threshold) {
        case ExpiryThreshold::third: return "less than a third of its life is left";
        case ExpiryThreshold::tenth: return "less than a tenth of its life is left";
        case ExpiryThreshold::week: return "it ends within a week";
        case ExpiryThreshold::day: return "it ends within a day";
        case ExpiryThreshold::expired: return "it has expired, and clients refuse it";
    }
    return "";
}

std::string remedy(const Entry& entry, const RenewalPlan& plan) {
    const auto& name = entry.record.name;
    if (plan.is_automatic() && plan.failures > 0)
        return fmt::format("its renewal ({}) has failed {} times, the last: {}", plan.issuer,
                           plan.failures, plan.last_error);
    if (plan.is_automatic())
        return fmt::format(
            "it should have been renewed by itself ({}) already: rhumb cert renew {}", plan.issuer,
            name);
    return fmt::format(
        "nobody renews it by itself: have it issued anew (rhumb cert request --for {}), or bring "
        "the new one (rhumb cert import)",
        name);
}

/// What a certificate that renews itself has passed when it does so as it should.
bool is_expected(const RenewalPlan& plan, ExpiryThreshold threshold) {
    return plan.is_automatic() && threshold == ExpiryThreshold::third;
}

}  // namespace

Result<std::optional<std::string>> note_expiry(storage::Store& store, const Entry& entry,
                                               const Actor& actor, Seconds now) {
    if (!entry.chain) return std::nullopt;
    const auto plan = plan_of(entry);
    auto passed = passed_thresholds(entry.chain->leaf(), now);
    std::erase_if(passed, [&](ExpiryThreshold threshold) { return is_expected(plan, threshold); });
    // Short-lived certificates are all their life within a day or a week of their end.
    if (plan.is_automatic() && now < *plan.due) passed.clear();
    if (passed.empty()) return std::nullopt;
    const auto id = entry.record.id;
    TRY(const auto said,
        store.read([&](const storage::View& view) { return view.expiry_warnings(id); }));
    const auto last = to_text(passed.back());
    if (std::ranges::find(said, last) != said.end()) return std::nullopt;
    const auto text =
        fmt::format("«{}» ({}, until {}): {}; {}", entry.record.name, to_text(entry.record.origin),
                    to_date(entry.record.not_after), how_near(passed.back()), remedy(entry, plan));
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        for (const auto threshold : passed)
            TRY_DONE(transaction.add_expiry_warning(id, to_text(threshold), now));
        const bool has_expired = passed.back() == ExpiryThreshold::expired;
        TRY_DONE(transaction.add_event(
            make_event(actor, now, has_expired ? "certificate.expired" : "certificate.expiring",
                       entry.record.name, text)));
        return {};
    }));
    return text;
}

}  // namespace rhumb::certs
