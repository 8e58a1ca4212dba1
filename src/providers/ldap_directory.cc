#include "providers/ldap_directory.h"

#include <utility>

#include "base/text.h"
#include "ldap/name.h"
#include "providers/ldap_account.h"
#include "providers/secret_place.h"

namespace rhumb::providers {

namespace {

using config::LdapProvider;
using ldap::Fault;

Result<std::vector<ldap::Server>> servers_of(const LdapProvider& settings) {
    std::vector<ldap::Server> servers;
    for (const auto& url : settings.urls) {
        TRY(auto server, ldap::parse_server(url));
        servers.push_back(std::move(server));
    }
    if (servers.empty()) return fail(ErrorKind::invalid, "it has no urls");
    return servers;
}

Result<void> check(const LdapProvider& settings) {
    const auto user_filter = ldap::filled_in(settings.user_filter, "x");
    if (!ldap::is_filter(user_filter))
        return fail(ErrorKind::invalid, "user_filter «{}» is no filter (RFC 4515)",
                    settings.user_filter);
    if (!settings.group_base.empty() && !ldap::is_filter(settings.group_filter))
        return fail(ErrorKind::invalid, "group_filter «{}» is no filter (RFC 4515)",
                    settings.group_filter);
    for (const auto& [key, name] :
         {std::pair{"user_base", settings.user_base}, std::pair{"group_base", settings.group_base}})
        if (!name.empty() && !ldap::is_name(name))
            return fail(ErrorKind::invalid,
                        "{} «{}» is no name in full, as in ou=people,dc=example,dc=org", key, name);
    return {};
}

}  // namespace

LdapDirectory::LdapDirectory(const config::Provider& provider, const Clock& clock)
    : provider_{provider}, settings_{std::get<LdapProvider>(provider.settings)}, clock_{clock} {}

Result<std::unique_ptr<LdapDirectory>> LdapDirectory::make(const config::Provider& provider,
                                                           const Surroundings& surroundings) {
    std::unique_ptr<LdapDirectory> directory{new LdapDirectory{provider, surroundings.clock}};
    const auto& settings = directory->settings_;
    const auto within = fmt::format("the provider «{}»", provider.name);
    auto servers = servers_of(settings);
    if (!servers) return tl::unexpected(std::move(servers).error().within(within));
    if (auto good = check(settings); !good)
        return tl::unexpected(std::move(good).error().within(within));
    TRY(auto password, read_secret(settings.password_from, surroundings));
    directory->pool_ = std::make_unique<ldap::Pool>(ldap::Pool::Options{
        .servers = *std::move(servers),
        .protection = {.start_tls = settings.start_tls,
                       .roots_file = settings.roots_file,
                       .insecurely_without_tls = settings.insecurely_without_tls},
        .service_name = settings.bind_dn,
        .service_password = std::move(password),
        .connections_max = provider.connections});
    return directory;
}

ldap::Deadline LdapDirectory::deadline() const {
    return std::chrono::steady_clock::now() + provider_.time_limit_seconds;
}

std::optional<std::string> LdapDirectory::direct_name(std::string_view name) const {
    if (settings_.bind != LdapProvider::Bind::direct) return std::nullopt;
    auto full = ldap::filled_in(settings_.direct_dn, ldap::escape_in_name(name));
    if (!ldap::is_name(full)) return std::nullopt;
    return full;
}

ldap::Answer<std::optional<ldap::Entry>> LdapDirectory::find(ldap::Connection& connection,
                                                             std::string_view name,
                                                             ldap::Deadline deadline) const {
    ldap::Search search{
        .base = settings_.user_base,
        .filter = ldap::filled_in(settings_.user_filter, ldap::escape_in_filter(name)),
        .attributes = account_attributes(settings_),
        .entries_max = 2};
    // Who is bound by a name in full is that entry, and none that a filter would find beside it.
    if (auto full = direct_name(name)) {
        search.base = *std::move(full);
        search.scope = ldap::Search::Scope::entry;
    }
    std::vector<ldap::Entry> entries;
    TRY(const auto end, connection.search(search, deadline, [&](ldap::Entry&& entry) {
        entries.push_back(std::move(entry));
    }));
    if (end.is_missing && search.scope == ldap::Search::Scope::subtree)
        return tl::unexpected(ldap::Failure{
            .fault = Fault::refused,
            .code = 32,
            .message = fmt::format("{}: there is nothing called «{}» (user_base)",
                                   connection.server().to_string(), settings_.user_base)});
    if (entries.size() > 1)
        return tl::unexpected(ldap::Failure{
            .fault = Fault::refused,
            .message = fmt::format(
                "more than one entry matches «{}»: «{}» and «{}»; nobody of that name "
                "gets in until user_base or user_filter tells them apart",
                name, ldap::made_harmless(entries[0].name), ldap::made_harmless(entries[1].name))});
    if (entries.empty()) return std::optional<ldap::Entry>{};
    return std::optional{std::move(entries.front())};
}

Error LdapDirectory::to_error(const ldap::Failure& failure) const {
    auto message = fmt::format("the directory «{}»: {}", provider_.name, failure.message);
    if (const auto remedy = remedy_of(failure, settings_); !remedy.empty())
        message += fmt::format(". {}", remedy);
    // One name, or one answer, is wrong, and not the place.
    const bool is_ambiguous = failure.fault == Fault::refused && failure.code == 0;
    const auto kind = is_ambiguous                        ? ErrorKind::conflict
                      : failure.fault == Fault::too_large ? ErrorKind::too_large
                                                          : ErrorKind::unavailable;
    return {kind, std::move(message)};
}

std::string remedy_of(const ldap::Failure& failure, const LdapProvider& settings) {
    switch (failure.fault) {
        case Fault::name:
            return "Look at the host name in urls, and at the name servers of this machine";
        case Fault::connect:
            return "Is the directory running, is that its port, and does the firewall let this "
                   "machine through?";
        case Fault::roots:
            return "roots_file has to be a file of PEM certificates that Rhumb may read";
        case Fault::untrusted:
            return settings.roots_file.empty()
                       ? "Have its root trusted on this machine (rhumb trust install FILE), name it "
                         "in roots_file, or have the directory show a certificate that fits"
                       : "Put the root that signed it into roots_file, or have the directory show "
                         "a certificate that fits";
        case Fault::tls:
            return "Does the directory speak TLS at this port? ldaps:// is TLS from the start "
                   "(636), ldap:// begins in the clear and goes on with StartTLS (389)";
        case Fault::time: return "Is it overloaded, or does a firewall swallow what is sent?";
        case Fault::refused:
            if (failure.code == ldap::invalid_credentials)
                return "Compare bind_dn with the name in the directory, and set the password anew";
            if (failure.code == 8 || failure.code == 13)
                return "The directory wants TLS: write ldaps://, or leave start_tls on";
            if (failure.code == 1 || failure.code == 50)
                return "The directory lets nobody search without an account, or not this one: "
                       "bind_dn and password_from";
            return failure.code == 32
                       ? "Compare user_base and group_base with the names in the "
                         "directory; also an account that may not look there is told so"
                       : "";
        case Fault::gone:
        case Fault::too_large:
        case Fault::protocol:
        case Fault::busy: return "";
    }
    return "";
}

}  // namespace rhumb::providers
