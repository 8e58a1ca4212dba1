#include "providers/ldap_account.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/text.h"

namespace rhumb::providers {

namespace {

using identity::SignIn;
using std::chrono::days;
using std::chrono::seconds;

constexpr std::int64_t account_disabled = 0x2;  // of userAccountControl

std::optional<Seconds> from_days(std::string_view text) {
    const auto count = text::to_integer(text);
    constexpr std::int64_t day_max = 1'000'000;  // the year 4707
    if (!count || *count <= 0 || *count > day_max) return std::nullopt;
    return Seconds{days{*count}};
}

/// Text for people: what is too long or has line breaks in it is left out.
std::string line(const ldap::Entry& entry, std::string_view attribute) {
    auto text = attribute.empty() ? std::string{} : entry.first(attribute);
    return identity::check_line(text, "the text") ? text : std::string{};
}

std::optional<std::string> name_of(const ldap::Entry& entry, std::string_view attribute,
                                   std::string_view asked) {
    const auto& names = entry.all(attribute);
    const auto same = std::ranges::find_if(
        names, [asked](const std::string& one) { return text::iequals(one, asked); });
    if (same != names.end()) return *same;
    if (names.empty() || !identity::check_user_name(names.front())) return std::nullopt;
    return names.front();
}

bool is_disabled(const ldap::Entry& entry) {
    const auto control = text::to_integer(entry.first("userAccountControl"));
    if (control && (*control & account_disabled) != 0) return true;
    // draft-behera-ldap-password-policy section 5.3.3: for good.
    if (entry.first("pwdAccountLockedTime") == "000001010000Z") return true;
    return text::iequals(entry.first("nsAccountLock"), "true");
}

std::optional<Seconds> first_of(std::initializer_list<std::optional<Seconds>> times) {
    for (const auto& time : times)
        if (time) return time;
    return std::nullopt;
}

/// Of Active Directory's words for a refusal: "… AcceptSecurityContext error, data 52e, v4563".
std::string subcode(std::string_view said) {
    const auto at = said.find(", data ");
    if (at == std::string_view::npos) return {};
    const auto rest = said.substr(at + 7);
    return text::to_lower(rest.substr(0, rest.find_first_of(", ")));
}

SignIn::Outcome refusal_of(const ldap::BindEnd& end) {
    using Outcome = SignIn::Outcome;
    if (end.is_locked) return Outcome::disabled;
    if (end.is_expired || end.must_change) return Outcome::expired;
    constexpr std::array<std::pair<std::string_view, Outcome>, 9> table{{
        {"525", Outcome::no_such_user},
        {"530", Outcome::disabled},  // not at this hour
        {"531", Outcome::disabled},  // not from this machine
        {"532", Outcome::expired},   // the password
        {"533", Outcome::disabled},
        {"568", Outcome::disabled},  // in too many groups
        {"701", Outcome::expired},   // the account
        {"773", Outcome::expired},   // the password must be changed first
        {"775", Outcome::disabled},  // locked after too many failures
    }};
    const auto code = subcode(end.said);
    const auto* const found = std::ranges::find(table, code, &decltype(table)::value_type::first);
    return found == table.end() ? Outcome::wrong_password : found->second;
}

}  // namespace

std::vector<std::string> account_attributes(const config::LdapProvider& settings) {
    std::vector<std::string> attributes{settings.name_attribute, settings.full_name_attribute,
                                        settings.email_attribute, "description"};
    if (settings.flavour == config::LdapProvider::Flavour::active_directory) {
        for (const auto* const one :
             {"userAccountControl", "accountExpires", "pwdLastSet", "whenCreated", "whenChanged"})
            attributes.emplace_back(one);
    } else {
        for (const auto* const one :
             {"createTimestamp", "modifyTimestamp", "pwdChangedTime", "pwdAccountLockedTime",
              "nsAccountLock", "krbLastPwdChange", "shadowExpire", "shadowLastChange"})
            attributes.emplace_back(one);
    }
    std::erase(attributes, "");
    return attributes;
}

std::optional<identity::User> to_user(const ldap::Entry& entry,
                                      const config::LdapProvider& settings,
                                      std::string_view asked) {
    auto name = name_of(entry, settings.name_attribute, asked);
    if (!name || !identity::check_user_name(*name)) return std::nullopt;
    identity::User user{.name = *std::move(name)};
    user.full_name = line(entry, settings.full_name_attribute);
    user.email = line(entry, settings.email_attribute);
    user.description = line(entry, "description");
    user.has_password = true;
    user.created = first_of({from_generalized_time(entry.first("whenCreated")),
                             from_generalized_time(entry.first("createTimestamp"))})
                       .value_or(Seconds{});
    user.password_changed = first_of({from_file_time(entry.first("pwdLastSet")),
                                      from_generalized_time(entry.first("pwdChangedTime")),
                                      from_generalized_time(entry.first("krbLastPwdChange")),
                                      from_days(entry.first("shadowLastChange"))});
    user.expires = first_of(
        {from_file_time(entry.first("accountExpires")), from_days(entry.first("shadowExpire"))});
    if (is_disabled(entry))
        user.disabled = first_of({from_generalized_time(entry.first("whenChanged")),
                                  from_generalized_time(entry.first("modifyTimestamp"))})
                            .value_or(user.created);
    return user;
}

std::optional<SignIn::Outcome> to_outcome(const ldap::BindEnd& end) {
    using Outcome = SignIn::Outcome;
    switch (end.code) {
        case 0: return end.must_change ? Outcome::expired : Outcome::accepted;
        case ldap::invalid_credentials: return refusal_of(end);
        case 32: return Outcome::no_such_user;    // noSuchObject
        case 34: return Outcome::no_such_user;    // invalidDNSyntax
        case 48: return Outcome::wrong_password;  // inappropriateAuthentication: it has none
        case 19: return Outcome::disabled;        // constraintViolation: 389 after too many
        case 50: return Outcome::disabled;        // insufficientAccessRights
        case 53: return Outcome::disabled;        // unwillingToPerform: 389 for inactive ones
        default: return std::nullopt;
    }
}

std::optional<Seconds> from_generalized_time(std::string_view text) {
    constexpr std::size_t digits = 14;
    if (text.size() < digits + 1 || !text.ends_with('Z')) return std::nullopt;
    const auto fraction = text.substr(digits, text.size() - digits - 1);
    const bool is_fraction =
        fraction.empty() || ((fraction[0] == '.' || fraction[0] == ',') &&
                             text::to_integer(fraction.substr(1)).value_or(-1) >= 0);
    const auto number = [text](std::size_t at, std::size_t count) {
        const auto part = text.substr(at, count);
        const bool is_number =
            std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
        return is_number ? static_cast<int>(text::to_integer(part).value_or(-1)) : -1;
    };
    const std::chrono::year_month_day day{std::chrono::year{number(0, 4)},
                                          std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(6, 2)))};
    const int hour = number(8, 2);
    const int minute = number(10, 2);
    const int second = number(12, 2);
    if (!is_fraction || number(0, 4) < 1 || !day.ok() || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    return Seconds{std::chrono::sys_days{day}} + std::chrono::hours{hour} +
           std::chrono::minutes{minute} + seconds{second};
}

std::optional<Seconds> from_file_time(std::string_view text) {
    constexpr std::int64_t ticks = 10'000'000;         // in a second
    constexpr std::int64_t to_epoch = 11'644'473'600;  // from 1601 to 1970
    const auto count = text::to_integer(text);
    if (!count || *count <= 0 || *count == std::numeric_limits<std::int64_t>::max())
        return std::nullopt;
    return Seconds{seconds{*count / ticks - to_epoch}};
}

}  // namespace rhumb::providers
