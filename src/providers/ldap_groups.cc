#include "providers/ldap_groups.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "ldap/name.h"

namespace rhumb::providers {

namespace {

using config::LdapProvider;
using ldap::Answer;
using ldap::Connection;
using ldap::Deadline;
using ldap::Entry;
using ldap::Failure;
using ldap::Fault;
using ldap::Search;

constexpr std::size_t groups_of_one_max = 2000;
constexpr std::size_t groups_max = 20'000;
constexpr std::size_t members_max = 500'000;
constexpr std::size_t depth_max = 32;
constexpr std::size_t asked_at_once = 50;  // groups in one filter
constexpr std::size_t rounds_max = 1000;   // for the members of one group

/// Of Active Directory: follows membership through groups (MS-ADTS 3.1.1.3.4.4).
constexpr std::string_view in_chain = "1.2.840.113556.1.4.1941";
/// What Active Directory says of itself (MS-ADTS 3.1.1.3.4.3).
constexpr std::string_view is_active_directory = "1.2.840.113556.1.4.800";

tl::unexpected<Failure> too_many(const Connection& connection, std::string_view what) {
    return tl::unexpected(
        Failure{.fault = Fault::too_large,
                .message = fmt::format("{}: {}", connection.server().to_string(), what)});
}

tl::unexpected<Failure> no_base(const Connection& connection, const LdapProvider& settings) {
    return tl::unexpected(
        Failure{.fault = Fault::refused,
                .code = 32,
                .message = fmt::format("{}: there is nothing called «{}» (group_base)",
                                       connection.server().to_string(), settings.group_base)});
}

/// Groups found, each once, with what is left to be asked.
struct Found {
    std::vector<std::string> names{};
    std::vector<std::string> to_ask{};  // names in full
    std::set<std::string> seen{};       // the same, comparable
};

Answer<void> ask_groups(Connection& connection, const LdapProvider& settings,
                        const std::string& condition, Deadline deadline, Found& found) {
    TRY(const auto end,
        connection.search({.base = settings.group_base,
                           .filter = fmt::format("(&{}{})", settings.group_filter, condition),
                           .attributes = {settings.group_name_attribute},
                           .entries_max = groups_of_one_max,
                           .page_size = settings.page_size},
                          deadline, [&](Entry&& entry) {
                              auto key = ldap::comparable(entry.name).value_or(entry.name);
                              if (!found.seen.insert(std::move(key)).second) return;
                              auto name = entry.first(settings.group_name_attribute);
                              if (!name.empty()) found.names.push_back(std::move(name));
                              found.to_ask.push_back(std::move(entry.name));
                          }));
    if (end.is_missing) return no_base(connection, settings);
    if (end.is_cut || found.seen.size() > groups_of_one_max)
        return too_many(connection, "somebody is in more groups than it tells, or than make sense");
    return {};
}

std::string equals(const LdapProvider& settings, std::string_view rule, std::string_view member) {
    return fmt::format("({}{}{}={})", settings.member_attribute, rule.empty() ? "" : ":",
                       rule.empty() ? std::string{} : fmt::format("{}:", rule),
                       ldap::escape_in_filter(member));
}

/// Whatever is configured: only where the server says so does it walk by itself.
Answer<bool> walks_itself(Connection& connection, const LdapProvider& settings, Deadline deadline) {
    if (settings.flavour != LdapProvider::Flavour::active_directory) return false;
    bool does = false;
    TRY_DONE(connection.search(
        {.scope = Search::Scope::entry, .attributes = {"supportedCapabilities"}, .entries_max = 1},
        deadline, [&](const Entry& entry) {
            does = std::ranges::count(entry.all("supportedCapabilities"), is_active_directory) > 0;
        }));
    return does;
}

/// From the groups that were found to those they are in, until there are no new ones.
Answer<void> walk_up(Connection& connection, const LdapProvider& settings, Deadline deadline,
                     Found& found) {
    for (std::size_t depth = 0; !found.to_ask.empty(); ++depth) {
        if (depth == depth_max)
            return too_many(connection, "groups are nested deeper than makes sense");
        const auto level = std::exchange(found.to_ask, {});
        for (std::size_t at = 0; at < level.size(); at += asked_at_once) {
            std::string any;
            for (std::size_t i = at; i < std::min(at + asked_at_once, level.size()); ++i)
                any += equals(settings, "", level[i]);
            TRY_DONE(ask_groups(connection, settings, fmt::format("(|{})", any), deadline, found));
        }
    }
    return {};
}

/// The end of a range of values (MS-ADTS 3.1.1.3.1.3.3): 1499 of "member;range=0-1499"; nothing for
/// the last one ("member;range=1500-*").
std::optional<std::int64_t> range_end(std::string_view attribute) {
    const auto at = attribute.rfind('-');
    return at == std::string_view::npos ? std::nullopt : text::to_integer(attribute.substr(at + 1));
}

/// Moves the members out of an entry. Returns where the rest begins; nothing: these are all.
std::optional<std::int64_t> take_members(Entry& entry, const std::string& attribute,
                                         std::vector<std::string>& members) {
    std::optional<std::int64_t> next;
    for (auto& [key, values] : entry.values) {
        const bool is_range = text::istarts_with(key, attribute + ";range=");
        if (!is_range && !text::iequals(key, attribute)) continue;
        if (const auto end = is_range ? range_end(key) : std::nullopt) next = *end + 1;
        std::ranges::move(values, std::back_inserter(members));
    }
    return next;
}

Answer<void> take_rest(Connection& connection, const LdapProvider& settings, Deadline deadline,
                       LdapGroup& group, std::int64_t from) {
    std::optional<std::int64_t> next = from;
    for (std::size_t round = 0; next; ++round) {
        if (round == rounds_max) return too_many(connection, "a group has members without an end");
        const auto wanted = fmt::format("{};range={}-*", settings.member_attribute, *next);
        const auto before = *next;
        next.reset();
        TRY_DONE(connection.search({.base = group.full_name,
                                    .scope = Search::Scope::entry,
                                    .attributes = {wanted},
                                    .entries_max = 1},
                                   deadline, [&](Entry&& entry) {
                                       next = take_members(entry, settings.member_attribute,
                                                           group.members);
                                   }));
        if (group.members.size() > members_max || (next && *next <= before))
            return too_many(connection, "a group has members without an end");
    }
    return {};
}

}  // namespace

bool holds_user_names(const LdapProvider& settings) {
    return text::iequals(settings.member_attribute, "memberUid");
}

Answer<std::vector<std::string>> groups_of(Connection& connection, const LdapProvider& settings,
                                           const std::string& member, Deadline deadline) {
    const bool is_nested = settings.nested_groups && !holds_user_names(settings);
    bool walks = false;
    if (is_nested) {
        TRY(walks, walks_itself(connection, settings, deadline));
    }
    Found found;
    TRY_DONE(ask_groups(connection, settings, equals(settings, walks ? in_chain : "", member),
                        deadline, found));
    if (is_nested && !walks) TRY_DONE(walk_up(connection, settings, deadline, found));
    return std::move(found.names);
}

Answer<std::vector<LdapGroup>> all_groups(Connection& connection, const LdapProvider& settings,
                                          Deadline deadline) {
    std::vector<LdapGroup> groups;
    std::vector<std::pair<std::size_t, std::int64_t>> unfinished;
    std::size_t members = 0;
    TRY(const auto end,
        connection.search({.base = settings.group_base,
                           .filter = settings.group_filter,
                           .attributes = {settings.group_name_attribute, "description",
                                          settings.member_attribute},
                           .entries_max = groups_max,
                           .page_size = settings.page_size},
                          deadline, [&](Entry&& entry) {
                              LdapGroup group{.full_name = entry.name,
                                              .name = entry.first(settings.group_name_attribute),
                                              .description = entry.first("description")};
                              const auto next =
                                  take_members(entry, settings.member_attribute, group.members);
                              if (next) unfinished.emplace_back(groups.size(), *next);
                              members += group.members.size();
                              groups.push_back(std::move(group));
                          }));
    if (end.is_missing) return no_base(connection, settings);
    if (end.is_cut || members > members_max)
        return too_many(connection,
                        "there are more groups, or members, than it tells or make sense");
    for (const auto& [at, from] : unfinished)
        TRY_DONE(take_rest(connection, settings, deadline, groups[at], from));
    return groups;
}

}  // namespace rhumb::providers
