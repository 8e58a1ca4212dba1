#include "providers/ldap_users.h"

#include <iterator>
#include <map>
#include <utility>

#include "base/text.h"
#include "ldap/name.h"
#include "providers/ldap_account.h"

namespace rhumb::providers {

namespace {

using identity::SignIn;
using identity::User;
using ldap::Answer;
using ldap::Connection;
using ldap::Entry;
using ldap::Pool;

/// So many entries are looked at for one page of a list.
constexpr std::size_t listed_max = 200'000;

/// The directory says yes or no to a password: our outcome of it. The error: it says neither.
Result<SignIn::Outcome> outcome_of(const ldap::BindEnd& end, const LdapDirectory& directory) {
    if (const auto outcome = to_outcome(end)) return *outcome;
    return tl::unexpected(directory.to_error(
        {.fault = ldap::Fault::refused,
         .code = end.code,
         .said = end.said,
         .message = fmt::format("passwords are not answered with yes or no, but with result {}{}",
                                end.code, end.said.empty() ? "" : " (" + end.said + ")")}));
}

/// Who has the right password may still be out.
SignIn judged(SignIn::Outcome outcome, std::optional<User> user, Seconds now) {
    if (outcome == SignIn::Outcome::accepted && !user) outcome = SignIn::Outcome::no_such_user;
    if (outcome == SignIn::Outcome::accepted && user->disabled) outcome = SignIn::Outcome::disabled;
    if (outcome == SignIn::Outcome::accepted && !user->is_active(now))
        outcome = SignIn::Outcome::expired;
    return {.outcome = outcome, .user = std::move(user)};
}

/// "CORP\ann" of "u:CORP\ann": the name alone.
std::optional<std::string> account_of(std::string_view who) {
    const auto at = who.rfind('\\');
    if (!who.starts_with("u:") || at == std::string_view::npos) return std::nullopt;
    return std::string{who.substr(at + 1)};
}

}  // namespace

Result<std::optional<User>> LdapUsers::find(std::string_view name) const {
    const auto deadline = directory_.deadline();
    auto entry = directory_.pool().ask<std::optional<Entry>>(
        Pool::As::service, deadline,
        [&](Connection& connection) { return directory_.find(connection, name, deadline); });
    if (!entry) return tl::unexpected(directory_.to_error(entry.error()));
    if (!*entry) return std::optional<User>{};
    return to_user(**entry, directory_.settings(), name);
}

Result<SignIn> LdapUsers::sign_in(std::string_view name, std::string_view password) {
    return directory_.settings().bind == config::LdapProvider::Bind::direct
               ? sign_in_directly(name, password)
               : sign_in_by_search(name, password);
}

Result<ldap::BindEnd> LdapUsers::try_password(const std::string& full_name,
                                              std::string_view password, ldap::Deadline deadline) {
    auto end = directory_.pool().ask<ldap::BindEnd>(
        Pool::As::anybody, deadline,
        [&](Connection& connection) { return connection.bind(full_name, password, deadline); });
    if (!end) return tl::unexpected(directory_.to_error(end.error()));
    return *std::move(end);
}

Result<SignIn> LdapUsers::sign_in_by_search(std::string_view name, std::string_view password) {
    const auto deadline = directory_.deadline();
    auto entry = directory_.pool().ask<std::optional<Entry>>(
        Pool::As::service, deadline,
        [&](Connection& connection) { return directory_.find(connection, name, deadline); });
    if (!entry) return tl::unexpected(directory_.to_error(entry.error()));
    auto user = *entry ? to_user(**entry, directory_.settings(), name) : std::nullopt;
    if (password.empty())
        return SignIn{.outcome = SignIn::Outcome::wrong_password, .user = std::move(user)};
    // For a name that nobody has the same is asked, of an entry that cannot be there.
    const auto full_name =
        user ? (*entry)->name
             : fmt::format("cn=nobody is called so,{}", directory_.settings().user_base);
    TRY(const auto end, try_password(full_name, password, deadline));
    if (!user) return SignIn{};
    TRY(const auto outcome, outcome_of(end, directory_));
    return judged(outcome, std::move(user), directory_.now());
}

Result<SignIn> LdapUsers::sign_in_directly(std::string_view name, std::string_view password) {
    const auto deadline = directory_.deadline();
    const auto direct = directory_.direct_name(name);
    // Where the name is part of another kind of name, a second "@" would lead to another domain.
    const bool is_misleading =
        !direct && (name.find('@') != std::string_view::npos || !identity::check_user_name(name));
    if (password.empty() || is_misleading)
        return SignIn{.outcome = SignIn::Outcome::wrong_password};
    const auto bind_name =
        direct ? *direct : ldap::filled_in(directory_.settings().direct_dn, name);
    struct Tried {
        ldap::BindEnd end{};
        std::optional<Entry> entry{};
        std::string who{};
    };
    auto tried = directory_.pool().ask<Tried>(
        Pool::As::anybody, deadline, [&](Connection& connection) -> Answer<Tried> {
            Tried so_far;
            TRY(so_far.end, connection.bind(bind_name, password, deadline));
            if (!so_far.end.is_good() || so_far.end.must_change) return so_far;
            TRY(so_far.entry, directory_.find(connection, name, deadline));
            if (direct) return so_far;
            auto who = connection.who_am_i(deadline);
            if (who) so_far.who = *std::move(who);
            if (!who && who.error().fault != ldap::Fault::refused)
                return tl::unexpected(std::move(who).error());
            return so_far;
        });
    if (!tried) return tl::unexpected(directory_.to_error(tried.error()));
    TRY(auto outcome, outcome_of(tried->end, directory_));
    auto user = tried->entry ? to_user(*tried->entry, directory_.settings(), name) : std::nullopt;
    // The password was one account's, the entry that was found may be another's.
    const auto account = account_of(tried->who);
    if (account && user && !text::iequals(*account, user->name))
        outcome = SignIn::Outcome::wrong_password;
    return judged(outcome, std::move(user), directory_.now());
}

Result<std::vector<User>> LdapUsers::list(const identity::Page& page) const {
    const auto deadline = directory_.deadline();
    const auto& settings = directory_.settings();
    auto filter = ldap::filled_in(settings.user_filter, "*");
    if (!page.contains.empty()) {
        const auto part = ldap::escape_in_filter(page.contains);
        const auto in_full_name =
            settings.full_name_attribute.empty()
                ? std::string{}
                : fmt::format("({}=*{}*)", settings.full_name_attribute, part);
        filter =
            fmt::format("(&{}(|({}=*{}*){}))", filter, settings.name_attribute, part, in_full_name);
    }
    const auto after = text::to_lower(page.after);
    // Directories need not sort: the first ones behind `after` are kept while all go by.
    using Users = std::map<std::string, User>;
    auto users = directory_.pool().ask<Users>(
        Pool::As::service, deadline, [&](Connection& connection) -> Answer<Users> {
            Users kept;
            TRY(const auto end,
                connection.search({.base = settings.user_base,
                                   .filter = filter,
                                   .attributes = account_attributes(settings),
                                   .entries_max = listed_max,
                                   .page_size = settings.page_size},
                                  deadline, [&](Entry&& entry) {
                                      auto user = to_user(entry, settings, "");
                                      auto key = user ? text::to_lower(user->name) : std::string{};
                                      if (!user || key <= after) return;
                                      kept.emplace(std::move(key), *std::move(user));
                                      if (kept.size() > page.count_max)
                                          kept.erase(std::prev(kept.end()));
                                  }));
            if (end.is_cut)
                return tl::unexpected(ldap::Failure{
                    .fault = ldap::Fault::too_large,
                    .message = fmt::format(
                        "{} does not give all users to «{}»: look for a part of the name, or have "
                        "its limit for that account raised",
                        connection.server().to_string(), settings.bind_dn)});
            if (end.is_missing)
                return tl::unexpected(ldap::Failure{
                    .fault = ldap::Fault::refused,
                    .code = 32,
                    .message = fmt::format("{}: there is nothing called «{}» (user_base)",
                                           connection.server().to_string(), settings.user_base)});
            return kept;
        });
    if (!users) return tl::unexpected(directory_.to_error(users.error()));
    std::vector<User> page_of;
    page_of.reserve(users->size());
    for (auto& [key, user] : *users) page_of.push_back(std::move(user));
    return page_of;
}

}  // namespace rhumb::providers
