#include "certs/renewal.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/random.h"
#include "pki/issue.h"

namespace rhumb::certs {

namespace {

using std::chrono::seconds;

constexpr std::array<seconds, 4> retry_delays{std::chrono::minutes{1}, std::chrono::minutes{10},
                                              std::chrono::minutes{100}, std::chrono::days{1}};
constexpr seconds expired_retry_max = std::chrono::minutes{10};

/// A root cannot be renewed in silence: clients must be given the new one. So it is said in good
/// time.
constexpr std::chrono::days root_warning{365};

}  // namespace

Result<seconds> retry_delay(std::uint32_t failures, bool has_expired) {
    auto delay = retry_delays.at(
        std::min<std::size_t>(failures > 0 ? failures - 1 : 0, retry_delays.size() - 1));
    if (has_expired) delay = std::min(delay, expired_retry_max);
    const auto quarter = static_cast<std::uint64_t>(delay.count()) / 4;
    TRY(const auto jitter, crypto::random_below(2 * quarter + 1));
    return delay - seconds{quarter} + seconds{jitter};
}

namespace {

/// True when a client might not accept it now, or soon.
bool is_stale(const pki::Certificate& leaf, Seconds now) {
    return leaf.is_due(now) || !leaf.is_valid_at(now);
}

bool has_all(const std::vector<pki::Name>& have, const std::vector<pki::Name>& want) {
    return std::ranges::all_of(
        want, [&](const pki::Name& name) { return std::ranges::find(have, name) != have.end(); });
}

/// The same kind of key as before, where it is one that we make.
pki::KeyType key_type_like(const pki::Certificate& leaf) {
    return pki::parse_key_type(leaf.public_key().type()).value_or(pki::KeyType::ec_p256);
}

/// The same again: for a certificate that somebody ordered.
Order order_like(const Entry& entry) {
    Order order;
    if (!entry.chain) {
        if (auto names = pki::parse_names(entry.record.names)) order.names = *std::move(names);
        return order;
    }
    const auto& leaf = entry.chain->leaf();
    order.names = leaf.names();
    order.common_name = leaf.common_name();
    order.key_type = key_type_like(leaf);
    // One that ended with its intermediate was cut short by it, and says nothing of what was
    // ordered.
    const bool was_cut = leaf.not_after() == entry.chain->certificates().back().not_after();
    const seconds lifetime = leaf.not_after() - leaf.not_before() - pki::back_date;
    if (!was_cut && lifetime > seconds{0})
        order.lifetime = std::min<seconds>(lifetime, pki::server_lifetime_max);
    return order;
}

Order order_for(const Entry& entry, const MachineNames& machine, const LeafNames& chosen) {
    return text::iequals(entry.record.name, auto_name) ? machine_order(machine, chosen)
                                                       : order_like(entry);
}

bool is_due(const Entry& entry, const Order& order, const Issuer& issuer, Seconds now) {
    if (!entry.chain) return true;
    const auto& leaf = entry.chain->leaf();
    return is_stale(leaf, now) || !issuer.is_current(*entry.chain) ||
           !has_all(leaf.names(), order.names);
}

/// A recorded failure is waited for, unless the clock was set back meanwhile, which would make that
/// very long.
bool is_waiting(const storage::Renewal& renewal, Seconds now) {
    return renewal.next_attempt && *renewal.next_attempt > now &&
           *renewal.next_attempt < now + std::chrono::days{2};
}

}  // namespace

Result<RenewalReport> Renewal::run_once(const HostFacts& facts, Seconds now, bool is_patient) {
    RenewalReport report;
    TRY(auto authority, Authority::find(store_));
    if (!authority) return report;
    renew_intermediate(*authority, now, report);
    if (authority->root().not_after() - root_warning < now)
        report.warnings.push_back(fmt::format(
            "the root «{}» ends in less than a year: make the next one (rhumb ca rotate)",
            authority->name()));
    TRY(const auto machine, machine_names(facts));
    const auto chosen = leaf_names(machine, *authority);
    if (auto refusal = refusal_text(chosen, *authority); !refusal.empty())
        report.warnings.push_back(std::move(refusal));

    LocalIssuer issuer{*authority, seal_};
    TRY(const auto entries, inventory_.list());
    for (const auto& entry : entries) {
        if (entry.record.origin != issuer.origin()) continue;
        const auto order = order_for(entry, machine, chosen);
        if (!is_due(entry, order, issuer, now) ||
            (is_patient && is_waiting(entry.record.renewal, now)))
            continue;
        if (const auto renewed = renew(entry, order, issuer, now))
            report.renewed.push_back(entry.record.name);
        else
            record_failure(entry, renewed.error(), now, report);
    }
    return report;
}

Result<void> Renewal::renew_now(std::string_view name, const HostFacts& facts, Seconds now) {
    TRY(const auto entry, inventory_.get(name));
    TRY(const auto authority, Authority::find(store_));
    if (entry.record.origin != storage::Origin::local_authority || !authority)
        return fail(
            ErrorKind::invalid,
            "«{}» ({}) cannot be renewed by itself: bring the new certificate with rhumb cert import",
            entry.record.name, to_text(entry.record.origin));
    TRY(const auto machine, machine_names(facts));
    LocalIssuer issuer{*authority, seal_};
    TRY_DONE(renew(entry, order_for(entry, machine, leaf_names(machine, *authority)), issuer, now));
    return {};
}

void Renewal::renew_intermediate(Authority& authority, Seconds now, RenewalReport& report) {
    if (!authority.is_intermediate_due(now) || intermediate_next_ > now) return;
    auto renewed = authority.renew_intermediate(store_, seal_, now, actor_);
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

Result<storage::Id> Renewal::renew(const Entry& entry, const Order& order, Issuer& issuer,
                                   Seconds now) {
    TRY(auto issued, issuer.issue(order, now));
    return inventory_.replace(entry.record.id,
                              {.name = entry.record.name,
                               .origin = entry.record.origin,
                               .chain = std::move(issued.chain),
                               .key = std::move(issued.key)},
                              actor_, now);
}

void Renewal::record_failure(const Entry& entry, const Error& error, Seconds now,
                             RenewalReport& report) {
    report.failures.push_back({entry.record.name, error.message});
    auto renewal = entry.record.renewal;
    const bool has_expired = !entry.chain || !entry.chain->leaf().is_valid_at(now);
    const auto delay = retry_delay(++renewal.failures, has_expired);
    renewal.next_attempt = now + delay.value_or(retry_delays.front());
    renewal.last_error = error.message;
    const auto recorded = store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.update_renewal(entry.record.id, renewal));
        storage::Event event;
        event.time = now;
        event.who = actor_.who;
        event.from = actor_.from;
        event.what = "certificate.renewal-failed";
        event.subject = entry.record.name;
        event.detail = error.message;
        TRY_DONE(transaction.add_event(event));
        return {};
    });
    if (!recorded)
        report.failures.push_back(
            {entry.record.name, "recording the failure: " + recorded.error().message});
}

}  // namespace rhumb::certs
