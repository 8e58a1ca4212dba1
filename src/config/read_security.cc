#include <algorithm>

#include "base/text.h"
#include "config/provider_defaults.h"
#include "config/readers.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Tokens read_tokens(const Node& node, Report& report) {
    Tokens tokens;
    TableReader reader{node, "[security.tokens]", report};
    reader.read("short_minutes", tokens.short_minutes, minutes{1}, minutes{10'080});
    reader.read("long_minutes", tokens.long_minutes, minutes{1}, minutes{525'600});
    reader.done();
    if (tokens.short_minutes > tokens.long_minutes)
        report.error(reader.place_of(reader.has("long_minutes") ? "long_minutes" : "short_minutes"),
                     "long_minutes ({}) must not be less than short_minutes ({}): it bounds every "
                     "token",
                     tokens.long_minutes.count(), tokens.short_minutes.count());
    return tokens;
}

Sessions read_sessions(const Node& node, Report& report) {
    Sessions sessions;
    TableReader reader{node, "[security.sessions]", report};
    reader.read("idle_minutes", sessions.idle_minutes, minutes{1}, minutes{10'080});
    reader.read("absolute_hours", sessions.absolute_hours, hours{1}, hours{720});
    reader.done();
    if (sessions.idle_minutes > sessions.absolute_hours)
        report.warning(reader.place_of("idle_minutes"),
                       "idle_minutes ({}) is longer than absolute_hours ({}), and so has no effect",
                       sessions.idle_minutes.count(), sessions.absolute_hours.count());
    return sessions;
}

SignInLimits read_sign_in(const Node& node, Report& report) {
    SignInLimits limits;
    TableReader reader{node, "[security.sign_in]", report};
    reader.read("account_failures", limits.account_failures, std::uint32_t{1}, std::uint32_t{1000});
    reader.read("account_minutes", limits.account_minutes, minutes{1}, minutes{1440});
    reader.read("address_failures", limits.address_failures, std::uint32_t{1},
                std::uint32_t{100'000});
    reader.done();
    return limits;
}

/// What a certificate has to show, and whose it is then: as many as make sense together.
void check_certificate_user(TableReader& reader, const CertificateUser& rule) {
    auto& report = reader.report();
    if (reader.has("user") == reader.has("field")) {
        report.error(reader.place(),
                     "{} needs either user (whose the certificate is) or field (\"cn\", "
                     "\"email\", \"upn\", \"dns\": where in the certificate his name stands)",
                     reader.name());
    }
    const bool has_names = reader.has("issuer") || reader.has("subject") || reader.has("san");
    if (reader.has("certificate") && (has_names || !rule.field.empty())) {
        report.error(reader.place_of("certificate"),
                     "one certificate is meant already: take issuer, subject, san and field away");
    }
    if (reader.has("user") && !reader.has("certificate") && !has_names) {
        report.error(reader.place_of("user"),
                     "every certificate would be of {}: say which ones, by certificate, issuer, "
                     "subject or san",
                     shown(rule.user));
    }
}

CertificateUser read_certificate_user(const Node& node, Report& report) {
    constexpr Word<std::string_view> fields[] = {
        {"cn", "cn"}, {"email", "email"}, {"upn", "upn"}, {"dns", "dns"}};
    CertificateUser rule;
    TableReader reader{node, "[[security.certificate_user]]", report};
    reader.read("user", rule.user, check_account_name);
    std::string_view field;
    if (reader.read("field", field, fields)) rule.field = field;
    reader.read("certificate", rule.certificate, check_fingerprint);
    reader.read("issuer", rule.issuer, check_filled_line);
    reader.read("subject", rule.subject, check_filled_line);
    reader.read("san", rule.san, check_filled_line);
    reader.done();
    check_certificate_user(reader, rule);
    return rule;
}

/// Names are there once.
void check_names(const std::vector<Provider>& providers, const std::vector<Node>& nodes,
                 Report& report) {
    std::map<std::string, Place> seen;
    for (std::size_t i = 0; i < providers.size(); ++i) {
        if (providers[i].name.empty()) continue;  // reported when it was read
        const auto [first, is_new] =
            seen.emplace(text::to_lower(providers[i].name), nodes[i].place);
        if (!is_new)
            report.error(nodes[i].place, "two providers are called {}; the other one is in line {}",
                         shown(providers[i].name), first->second.line);
    }
}

/// `users` and `roles` of [security] name one that can.
void check_choice(TableReader& reader, const Security& security) {
    auto& report = reader.report();
    const auto check = [&](std::string_view key, const std::string& name,
                           bool (*can)(const Provider&), std::string_view remedy) {
        if (name == embedded_provider) return;
        const auto* const provider = security.find_provider(name);
        if (provider == nullptr)
            report.error(reader.place_of(key),
                         "{} names {}, and there is no such [[security.provider]]; “embedded” is "
                         "Rhumb's own store",
                         key, shown(name));
        else if (!can(*provider))
            report.error(reader.place_of(key), "{} names {}, which keeps no {}: {}", key,
                         shown(name), key, remedy);
    };
    check("users", security.users, keeps_users, "give its queries find_user");
    check("roles", security.roles, keeps_roles,
          "a directory needs group_base, a database with queries roles_of");
    const auto* const roles = security.find_provider(security.roles);
    if (roles != nullptr && security.roles != security.users &&
        std::holds_alternative<OpenIdProvider>(roles->settings))
        report.error(reader.place_of("roles"),
                     "roles of {} come with its sign-in: write users = \"{}\", too",
                     shown(security.roles), security.roles);
}

void read_providers(TableReader& reader, Security& security) {
    reader.read("users", security.users, check_filled_line);
    reader.read("roles", security.roles, check_filled_line);
    if (const auto* const nodes = reader.take_tables("provider", "security.provider")) {
        for (const auto& node : *nodes)
            security.providers.push_back(read_provider(node, reader.report()));
        check_names(security.providers, *nodes, reader.report());
    }
    check_choice(reader, security);
}

/// Whoever is a trusted proxy can say that he came over https.
void check_proxies(const TableReader& reader, const Security& security, Report& report) {
    if (!security.proxies_end_tls) return;
    if (security.trusted_proxies.empty() && !reader.has("trusted_proxies"))
        report.error(reader.place_of("proxies_end_tls"),
                     "proxies_end_tls says nothing without trusted_proxies: name the addresses of "
                     "the proxies there");
    for (const auto& network : security.trusted_proxies)
        if (network.ends_with("/0"))
            report.error(reader.place_of("trusted_proxies"),
                         "{} is everybody, and with proxies_end_tls everybody could say that he "
                         "came over https: name the addresses of the proxies alone",
                         shown(network));
}

}  // namespace

Security read_security(const Node& node, Report& report) {
    Security security;
    TableReader reader{node, "[security]", report};
    reader.read("trusted_proxies", security.trusted_proxies, check_network);
    reader.read("proxies_end_tls", security.proxies_end_tls);
    check_proxies(reader, security, report);
    reader.read("client_authorities", security.client_authorities, check_file_path);
    read_providers(reader, security);
    if (const Node* tokens = reader.take("tokens")) security.tokens = read_tokens(*tokens, report);
    if (const Node* sessions = reader.take("sessions"))
        security.sessions = read_sessions(*sessions, report);
    if (const Node* limits = reader.take("sign_in"))
        security.sign_in = read_sign_in(*limits, report);
    if (const auto* rules = reader.take_tables("certificate_user", "security.certificate_user")) {
        for (const auto& rule : *rules) {
            security.certificate_users.push_back(read_certificate_user(rule, report));
            const auto& read = security.certificate_users.back();
            if (!read.field.empty() && read.issuer.empty() && !security.client_authorities.empty())
                report.warning(
                    rule.place,
                    "any of client_authorities may name any user by this rule: say whose "
                    "certificates are meant by issuer");
        }
    }
    reader.done();
    return security;
}

}  // namespace rhumb::config
