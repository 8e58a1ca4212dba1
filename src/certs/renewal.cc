#include "certs/renewal.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "certs/authority_rotation.h"
#include "certs/expiry.h"
#include "certs/recording.h"
#include "certs/renewal_order.h"
#include "certs/revocation_lists.h"
#include "certs/self_signed_issuer.h"
#include "crypto/random.h"

namespace rhumb::certs {

namespace {

using std::chrono::seconds;

constexpr std::array<seconds, 4> retry_delays{std::chrono::minutes{1}, std::chrono::minutes{10},
                                              std::chrono::minutes{100}, std::chrono::days{1}};
constexpr seconds expired_retry_max = std::chrono::minutes{10};

/// A certificate in its last day is tried at least so often.
constexpr seconds last_day_retry_max = std::chrono::hours{1};

/// A root cannot be renewed in silence: clients must be given the new one. So it is said in good
/// time.
constexpr std::chrono::days root_warning{365};

}  // namespace

std::vector<std::string> names_to_keep(const Entry& entry) {
    std::vector<std::string> names;
    if (entry.chain && !entry.chain->leaf().common_name().empty())
        names.push_back(entry.chain->leaf().common_name());
    names.insert(names.end(), entry.record.names.begin(), entry.record.names.end());
    return names;
}

Result<seconds> retry_delay(std::uint32_t failures, bool has_expired) {
    auto delay = retry_delays.at(
        std::min<std::size_t>(failures > 0 ? failures - 1 : 0, retry_delays.size() - 1));
    if (has_expired) delay = std::min(delay, expired_retry_max);
    const auto quarter = static_cast<std::uint64_t>(delay.count()) / 4;
    TRY(const auto jitter, crypto::random_below(2 * quarter + 1));
    return delay - seconds{quarter} + seconds{jitter};
}

namespace {

bool has_all(const std::vector<pki::Name>& have, const std::vector<pki::Name>& want) {
    return std::ranges::all_of(
        want, [&](const pki::Name& name) { return std::ranges::find(have, name) != have.end(); });
}

bool is_due(const Entry& entry, const Order& order, const Issuer& issuer, Seconds now) {
    if (!entry.chain) return true;
    const auto& leaf = entry.chain->leaf();
    return now >= due_time(leaf) || !leaf.is_valid_at(now) ||
           !issuer.is_current(*entry.chain, now) || !has_all(leaf.names(), order.names);
}

/// A recorded failure is waited for, unless the clock was set back meanwhile, which would make that
/// very long.
bool is_waiting(const storage::Renewal& renewal, Seconds now) {
    return renewal.next_attempt && *renewal.next_attempt > now &&
           *renewal.next_attempt < now + std::chrono::days{2};
}

bool is_usable(const Entry& entry, Seconds now) {
    return entry.chain && entry.chain->leaf().is_valid_at(now);
}

}  // namespace

Renewal::Renewal(storage::Store& store, const crypto::Seal& seal, Actor actor)
    : store_{store}, seal_{seal}, inventory_{store, seal}, actor_{std::move(actor)} {
    issuers_.push_back(std::make_unique<SelfSignedIssuer>());
}

Result<RenewalReport> Renewal::run_once(const HostFacts& facts, Seconds now, bool is_patient) {
    RenewalReport report;
    TRY(const auto machine, machine_names(facts));
    TRY(auto authority, Authority::find(store_));
    look_after_authority(authority, now, report);
    std::optional<LocalIssuer> local;
    LeafNames chosen;
    if (authority) {
        local.emplace(*authority, seal_, crl_base_);
        chosen = leaf_names(machine, *authority);
        if (auto refusal = refusal_text(chosen, *authority); !refusal.empty())
            report.warnings.push_back(std::move(refusal));
    }
    TRY(const auto entries, inventory_.list());
    for (const auto& entry : entries)
        if (auto* const issuer = find_issuer(entry.record.origin, local ? &*local : nullptr))
            renew_if_due(entry, order_for(entry, machine, chosen), *issuer, now, is_patient,
                         report);
    TRY(const auto present, inventory_.list());
    for (const auto& entry : present) warn_of_end(entry, now, report);
    return report;
}

Issuer* Renewal::find_issuer(storage::Origin origin, LocalIssuer* local) const {
    if (origin == storage::Origin::local_authority) return local;
    const auto found = std::ranges::find_if(
        issuers_, [&](const auto& issuer) { return issuer->origin() == origin; });
    return found == issuers_.end() ? nullptr : found->get();
}

Result<Change> Renewal::renew_now(std::string_view name, const HostFacts& facts, Seconds now) {
    TRY(const auto entry, inventory_.get(name));
    TRY(const auto authority, Authority::find(store_));
    std::optional<LocalIssuer> local;
    if (authority) local.emplace(*authority, seal_, crl_base_);
    auto* const issuer = find_issuer(entry.record.origin, local ? &*local : nullptr);
    if (issuer == nullptr)
        return fail(ErrorKind::invalid,
                    "«{}» ({}) cannot be renewed by itself: have it issued anew (rhumb cert "
                    "request --for {}), or bring the new one (rhumb cert import)",
                    entry.record.name, to_text(entry.record.origin), entry.record.name);
    TRY(const auto machine, machine_names(facts));
    LeafNames chosen;
    if (authority) chosen = leaf_names(machine, *authority);
    TRY(const bool is_ours, claim(entry, now, !is_usable(entry, now)));
    if (!is_ours)
        return fail(ErrorKind::conflict,
                    "another program is renewing «{}» at this moment; look at it in a minute "
                    "(rhumb cert show {})",
                    entry.record.name, entry.record.name);
    auto renewed = renew(entry, order_for(entry, machine, chosen), *issuer, now);
    release(entry.record.name);
    return renewed;
}

void Renewal::look_after_authority(std::optional<Authority>& authority, Seconds now,
                                   RenewalReport& report) {
    auto activated = activate_root_if_due(store_, actor_, now);
    if (!activated)
        report.failures.push_back({"the next root", activated.error().message});
    else if (*activated) {
        authority = **activated;
        report.warnings.push_back(fmt::format(
            "the root «{}» signs from now on; clients that were not given it yet (rhumb trust "
            "install) accept it for a year by the old one's signature, where the old one permits",
            authority->name()));
    }
    if (!authority) return;
    renew_intermediate(*authority, now, report);
    if (authority->root().not_after() < now)
        report.warnings.push_back(fmt::format(
            "the root «{}» has expired, and clients refuse all that it has signed: make the next "
            "one (rhumb ca rotate --now)",
            authority->name()));
    else if (authority->root().not_after() - root_warning < now)
        report.warnings.push_back(fmt::format(
            "the root «{}» ends in less than a year: make the next one (rhumb ca rotate)",
            authority->name()));
    make_lists(now, report);
}

void Renewal::make_lists(Seconds now, RenewalReport& report) {
    if (lists_next_ > now && lists_next_ < now + std::chrono::days{2}) return;
    const auto lists = refresh_crls(store_, seal_, now);
    const auto failures = lists ? lists->failures : std::vector{lists.error().message};
    report.has_new_lists = lists && lists->made > 0;
    list_failures_ = failures.empty() ? 0 : list_failures_ + 1;
    if (!failures.empty())
        lists_next_ = now + retry_delay(list_failures_, false).value_or(retry_delays.front());
    for (const auto& failure : failures) report.failures.push_back({"revocation lists", failure});
}

void Renewal::renew_intermediate(Authority& authority, Seconds now, RenewalReport& report) {
    const bool is_due =
        authority.is_intermediate_due(now) || authority.intermediates().front().is_revoked;
    // A time far away is one from before the clock was set back.
    const bool is_waiting =
        intermediate_next_ > now && intermediate_next_ < now + std::chrono::days{2};
    if (!is_due || is_waiting) return;
    auto renewed = authority.renew_intermediate(store_, seal_, now, actor_, crl_base_);
    if (renewed) {
        authority = *std::move(renewed);
        intermediate_failures_ = 0;
        report.renewed.push_back(authority.intermediate().common_name());
        return;
    }
    const auto delay =
        retry_delay(++intermediate_failures_, !authority.intermediate().is_valid_at(now));
    intermediate_next_ = now + delay.value_or(retry_delays.front());
    report.failures.push_back({authority.intermediate().common_name(), renewed.error().message});
}

void Renewal::renew_if_due(const Entry& entry, const Order& order, Issuer& issuer, Seconds now,
                           bool is_patient, RenewalReport& report) {
    if (!is_due(entry, order, issuer, now) || (is_patient && is_waiting(entry.record.renewal, now)))
        return;
    // What clients refuse already is nothing to be polite about.
    const auto is_ours = claim(entry, now, !is_patient || !is_usable(entry, now));
    if (!is_ours) return record_failure(entry, is_ours.error(), now, report);
    if (!*is_ours) return;
    auto renewed = renew(entry, order, issuer, now);
    if (renewed) {
        report.renewed.push_back(entry.record.name);
        report.changes.push_back(*std::move(renewed));
    } else {
        record_failure(entry, renewed.error(), now, report);
    }
    release(entry.record.name);
}

Result<Change> Renewal::renew(const Entry& entry, const Order& order, Issuer& issuer, Seconds now) {
    TRY(auto issued, issuer.issue(order, now));
    Change change;
    change.what = "certificate.replaced";
    change.name = entry.record.name;
    change.archived = entry.record.id;
    TRY(change.added, inventory_.replace(entry.record.id,
                                         {.name = entry.record.name,
                                          .origin = entry.record.origin,
                                          .chain = std::move(issued.chain),
                                          .key = std::move(issued.key),
                                          .friendly_name = entry.record.friendly_name},
                                         actor_, now));
    return change;
}

/// False while another program is at it, and has not been for too long (nor, by a clock that was
/// set back, into a far future).
Result<bool> Renewal::claim(const Entry& entry, Seconds now, bool takes_over) {
    if (holder_.empty()) {
        TRY(const auto bytes, crypto::random_bytes(8));
        holder_ = text::to_hex(bytes);
    }
    return store_.transact([&](storage::Transaction& transaction) -> Result<bool> {
        TRY(const auto other, transaction.find_renewal_claim(entry.record.name));
        const bool is_held = other && other->holder != holder_ && other->until > now &&
                             other->until <= now + renewal_claim_time;
        if (is_held && !takes_over) return false;
        // Another program may have finished since the inventory was read.
        TRY(const auto present, transaction.get_certificate(entry.record.id));
        if (present.archived) return false;
        TRY_DONE(
            transaction.put_renewal_claim({entry.record.name, holder_, now + renewal_claim_time}));
        return true;
    });
}

void Renewal::release(const std::string& name) {
    // When this fails, the claim lapses.
    (void)store_.transact([&](storage::Transaction& transaction) {
        return transaction.remove_renewal_claim(name, holder_);
    });
}

void Renewal::record_failure(const Entry& entry, const Error& error, Seconds now,
                             RenewalReport& report) {
    report.failures.push_back({entry.record.name, error.message});
    auto renewal = entry.record.renewal;
    auto delay =
        retry_delay(++renewal.failures, !is_usable(entry, now)).value_or(retry_delays.front());
    if (entry.chain && entry.chain->leaf().not_after() - now < std::chrono::days{1})
        delay = std::min(delay, last_day_retry_max);
    renewal.next_attempt = now + delay;
    renewal.last_error = error.message;
    const auto recorded = store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.update_renewal(entry.record.id, renewal));
        TRY_DONE(transaction.add_event(make_event(actor_, now, "certificate.renewal-failed",
                                                  entry.record.name, error.message)));
        return {};
    });
    if (!recorded)
        report.failures.push_back(
            {entry.record.name, "recording the failure: " + recorded.error().message});
}

void Renewal::warn_of_end(const Entry& entry, Seconds now, RenewalReport& report) {
    auto warning = note_expiry(store_, entry, actor_, now);
    if (!warning)
        report.failures.push_back({entry.record.name, warning.error().message});
    else if (*warning)
        report.warnings.push_back(**std::move(warning));
}

}  // namespace rhumb::certs
