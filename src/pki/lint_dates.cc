/// Lint: dates and lifetimes.

#include <array>

#include <fmt/chrono.h>

#include "pki/lint_rules.h"

namespace rhumb::pki {

namespace {

using std::chrono::year;
constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;

std::string day(Seconds time) { return fmt::format("{:%Y-%m-%d %H:%M} UTC", time); }

std::string find_expired(const Linted& linted) {
    const auto end = linted.leaf().certificate.not_after();
    return linted.context.now > end ? fmt::format("the certificate expired on {}", day(end)) : "";
}

std::string find_early(const Linted& linted) {
    const auto begin = linted.leaf().certificate.not_before();
    return linted.context.now < begin
               ? fmt::format("the certificate is not valid before {}", day(begin))
               : "";
}

std::string find_near_end(const Linted& linted) {
    const auto& leaf = linted.leaf().certificate;
    if (!leaf.is_valid_at(linted.context.now) || !leaf.is_due(linted.context.now)) return {};
    return fmt::format("the certificate ends on {}: less than a third of its life is left",
                       day(leaf.not_after()));
}

/// The lifetime of the leaf in days, each begun one counted (Baseline Requirements 6.3.2: the last
/// second belongs to it).
long days_of(const Linted& linted) {
    const auto& leaf = linted.leaf().certificate;
    const auto seconds = (leaf.not_after() - leaf.not_before()).count() + 1;
    return (seconds + 86'399) / 86'400;
}

/// How long certificates of authorities that all clients know may live, by when they begin.
struct LifetimeLimit {
    Seconds from;
    long days_max;
};
constexpr std::array lifetime_limits{
    LifetimeLimit{std::chrono::sys_days{year{2020} / 9 / 1}, 398},
    LifetimeLimit{std::chrono::sys_days{year{2026} / 3 / 15}, 200},
    LifetimeLimit{std::chrono::sys_days{year{2027} / 3 / 15}, 100},
    LifetimeLimit{std::chrono::sys_days{year{2029} / 3 / 15}, 47},
};

template <std::size_t number>
std::string find_long_life(const Linted& linted) {
    constexpr auto limit = lifetime_limits[number];
    const auto begin = linted.leaf().certificate.not_before();
    if (!linted.is_for_any_client() || begin < limit.from) return {};
    if constexpr (number + 1 < lifetime_limits.size())
        if (begin >= lifetime_limits[number + 1].from) return {};
    const auto lives = days_of(linted);
    return lives > limit.days_max
               ? fmt::format(
                     "the certificate lives {} days; browsers accept {} of one that begins on {}",
                     lives, limit.days_max, day(begin))
               : "";
}

std::string find_very_long_life(const Linted& linted) {
    constexpr long days_max = 825;
    // Apple's clients ask it of certificates that begin after this day.
    const auto begin = linted.leaf().certificate.not_before();
    if (begin < std::chrono::sys_days{year{2019} / 7 / 1}) return {};
    // The rules below are stricter with these.
    if (linted.is_for_any_client() && begin >= lifetime_limits.front().from) return {};
    const auto lives = days_of(linted);
    return lives > days_max
               ? fmt::format(
                     "the certificate lives {} days; Apple's clients refuse more than {}, also of "
                     "authorities of one's own",
                     lives, days_max)
               : "";
}

std::string find_issuer_expired(const Linted& linted) {
    for (std::size_t i = 1; i < linted.path.size(); ++i) {
        const auto& issuer = linted.all[linted.path[i]].certificate;
        if (!issuer.is_valid_at(linted.context.now))
            return fmt::format("the issuer «{}» is valid from {} to {} only", issuer.subject(),
                               day(issuer.not_before()), day(issuer.not_after()));
    }
    return {};
}

std::string find_issuer_ends_first(const Linted& linted) {
    const auto& leaf = linted.leaf().certificate;
    for (std::size_t i = 1; i < linted.path.size(); ++i) {
        const auto& issuer = linted.all[linted.path[i]].certificate;
        if (issuer.not_after() < leaf.not_after())
            return fmt::format("the issuer «{}» ends on {}, before the certificate does ({})",
                               issuer.subject(), day(issuer.not_after()), day(leaf.not_after()));
    }
    return {};
}

constexpr std::string_view shorter =
    "Ask for a certificate with a shorter life, and let it be renewed by itself.";

constexpr std::array rules{
    RuleEntry{{"cert.date.expired", error, "it has expired",
               "Renew it, or ask its authority for a new one."},
              find_expired},
    RuleEntry{{"cert.date.not-yet-valid", error, "its time has not begun",
               "Wait until it begins, or set this machine's clock right."},
              find_early},
    RuleEntry{{"cert.date.near-end", warning, "less than a third of its life is left",
               "Renew it now, so that there is time when something goes wrong."},
              find_near_end},
    RuleEntry{{"cert.validity.over-825", error, "it lives longer than 825 days", shorter},
              find_very_long_life},
    RuleEntry{{"cert.validity.over-398", error,
               "for any client, begun from 2020-09-01 on: more than 398 days", shorter},
              find_long_life<0>},
    RuleEntry{{"cert.validity.over-200", error,
               "for any client, begun from 2026-03-15 on: more than 200 days", shorter},
              find_long_life<1>},
    RuleEntry{{"cert.validity.over-100", error,
               "for any client, begun from 2027-03-15 on: more than 100 days", shorter},
              find_long_life<2>},
    RuleEntry{{"cert.validity.over-47", error,
               "for any client, begun from 2029-03-15 on: more than 47 days", shorter},
              find_long_life<3>},
    RuleEntry{{"chain.date.expired", error, "an issuer in the chain is out of date",
               "Get the authority's current intermediate certificate and install that."},
              find_issuer_expired},
    RuleEntry{{"chain.date.ends-first", warning,
               "an issuer in the chain ends before the certificate does",
               "Get the authority's current intermediate, or renew before the issuer ends."},
              find_issuer_ends_first},
};

}  // namespace

std::span<const RuleEntry> date_lint() { return rules; }

}  // namespace rhumb::pki
