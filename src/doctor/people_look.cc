#include "doctor/people_look.h"

#include <algorithm>

#include "base/text.h"
#include "certs/key_rotation.h"
#include "fetch/url.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "identity/local_administrators.h"
#include "net/resolve.h"
#include "providers/secret_place.h"
#include "tls/probe.h"

namespace rhumb::doctor {

namespace {

/// What of a provider's settings matters here, whatever its kind is.
struct Settings {
    std::string secret{};
    bool is_unencrypted = false;
    std::vector<std::string> urls{};  ///< https or ldaps: there TLS begins at once
};

struct FindSettings {
    Settings operator()(const config::SqlProvider& sql) const {
        return {sql.password_from, sql.insecurely_without_tls, {}};
    }
    Settings operator()(const config::LdapProvider& ldap) const {
        return {ldap.password_from, ldap.insecurely_without_tls, ldap.urls};
    }
    Settings operator()(const config::OpenIdProvider& openid) const {
        return {openid.client_secret_from, false, {openid.issuer}};
    }
    Settings operator()(const config::HttpProvider& http) const {
        return {http.secret_from, false, {http.url}};
    }
    Settings operator()(const config::ProgramProvider& /*program*/) const { return {}; }
};

/// Where TLS is spoken from the first byte.
struct Endpoint {
    std::string host{};
    std::uint16_t port = 0;
};

std::optional<Endpoint> to_endpoint(std::string_view url) {
    constexpr std::string_view ldaps = "ldaps://";
    constexpr std::uint16_t ldaps_port = 636;
    const bool is_ldaps = text::istarts_with(url, ldaps);
    if (!is_ldaps && !text::istarts_with(url, "https://")) return {};
    const auto as_https =
        is_ldaps ? fmt::format("https://{}", url.substr(ldaps.size())) : std::string{url};
    const auto parsed = fetch::parse_url(as_https);
    if (!parsed) return {};
    const bool is_usual = is_ldaps && parsed->has_default_port();
    return Endpoint{parsed->host, is_usual ? ldaps_port : parsed->port};
}

/// The first that ends of what these show now.
void look_at_certificates(const std::vector<std::string>& urls, const Deadline& deadline,
                          ProviderSeen& seen) {
    constexpr std::chrono::seconds limit{3};
    for (const auto& url : urls) {
        const auto endpoint = to_endpoint(url);
        if (!endpoint || deadline.is_over()) continue;
        const auto until = std::chrono::steady_clock::now() + deadline.left(limit);
        const auto addresses = net::resolve(endpoint->host, endpoint->port, until);
        if (!addresses) continue;  // the test of the connection tells
        const auto shown = tls::probe({.address = addresses->front(),
                                       .server_name = endpoint->host,
                                       .limit = deadline.left(limit)});
        if (!shown) continue;
        const auto ends = shown->certificates.front().not_after();
        if (seen.certificate_ends && *seen.certificate_ends <= ends) continue;
        seen.certificate_ends = ends;
        seen.host = endpoint->host;
    }
}

ProviderSeen look_at_provider(const config::Provider& provider,
                              const providers::Surroundings& surroundings,
                              const Deadline& deadline) {
    const auto settings = std::visit(FindSettings{}, provider.settings);
    ProviderSeen seen{.name = provider.name,
                      .kind = std::string{provider.kind()},
                      .is_unencrypted = settings.is_unencrypted,
                      .secret_place = settings.secret};
    if (const auto secret = providers::read_secret(settings.secret, surroundings); !secret) {
        seen.secret_fault = secret.error().message;
        return seen;
    }
    if (deadline.is_over()) return seen;
    const auto made = providers::make_provider(provider, surroundings);
    if (!made) {
        seen.test.steps.push_back(
            {.what = "settings", .said = made.error().message, .remedy = "mend its settings"});
        return seen;
    }
    seen.test = (*made)->test_connection();
    look_at_certificates(settings.urls, deadline, seen);
    return seen;
}

}  // namespace

Result<PeopleSeen> look_at_people(storage::Store& store, const InstallationOrder& order,
                                  const config::Security& security, const Deadline& deadline) {
    PeopleSeen seen{.users = security.users, .roles = security.roles};
    if (order.process) seen.report = providers::read_report(order.data);
    if (seen.report) seen.hidden = seen.report->hidden;

    const auto users = identity::EmbeddedUsers::open_later(store, *order.clock);
    identity::EmbeddedRoles roles{store, *order.clock};
    const identity::LocalAdministrators locals{*users, roles};
    TRY(const auto administrators, locals.list());
    seen.administrators = static_cast<std::size_t>(
        std::ranges::count_if(administrators, [&order](const identity::User& user) {
            return user.has_password && user.is_active(order.clock->now());
        }));

    std::vector<std::string> names{security.users};
    if (security.roles != security.users) names.push_back(security.roles);
    std::erase(names, config::embedded_provider);
    if (names.empty()) return seen;
    TRY(const auto seal, certs::open_seal(store, {order.data, order.master_key}));
    const auto log = observe::Log::to_nowhere();
    const providers::Surroundings surroundings{store, seal, *order.clock, log};
    for (const auto& name : names) {
        const auto* const provider = security.find_provider(name);
        if (provider != nullptr)
            seen.providers.push_back(look_at_provider(*provider, surroundings, deadline));
    }
    return seen;
}

}  // namespace rhumb::doctor
