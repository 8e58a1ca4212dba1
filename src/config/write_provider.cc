#include "config/provider_defaults.h"
#include "config/writer.h"

namespace rhumb::config {
namespace {

/// A table of its own, behind the keys of its provider.
void write_queries(Writer& writer, const SqlQueries& queries) {
    writer.header("[security.provider.queries]", false);
    writer.text("find_user", queries.find_user, "");
    writer.text("list_users", queries.list_users, "");
    writer.text("roles_of", queries.roles_of, "");
    writer.text("list_roles", queries.list_roles, "");
}

/// The keys of each kind, those that differ from what reading fills in.
struct Settings {
    Writer& writer;

    void operator()(const SqlProvider& sql) const {
        const SqlProvider usual;
        writer.text("host", sql.host, "");
        writer.number("port", sql.port, usual.port);
        writer.text("database", sql.database, "");
        writer.text("user", sql.user, "");
        writer.text("password_from", sql.password_from, "");
        writer.text("odbc_driver", sql.odbc_driver, "");
        writer.text("roots_file", sql.roots_file, "");
        writer.flag("insecurely_without_tls", sql.insecurely_without_tls, false);
        writer.text("schema", sql.schema, usual.schema);
        write_queries(writer, sql.queries);
    }

    void operator()(const LdapProvider& ldap) const {
        const auto usual = ldap_defaults(ldap.flavour);
        writer.put("urls", list(ldap.urls));
        // Reading leaves StartTLS out where TLS is not wanted at all.
        if (!ldap.insecurely_without_tls) writer.flag("start_tls", ldap.start_tls, usual.start_tls);
        writer.text("roots_file", ldap.roots_file, "");
        writer.flag("insecurely_without_tls", ldap.insecurely_without_tls, false);
        if (ldap.bind == LdapProvider::Bind::direct) writer.put("bind", quoted("direct"));
        writer.text("bind_dn", ldap.bind_dn, "");
        writer.text("password_from", ldap.password_from, "");
        writer.text("direct_dn", ldap.direct_dn, "");
        writer.text("user_base", ldap.user_base, "");
        writer.text("user_filter", ldap.user_filter, usual.user_filter);
        writer.text("name_attribute", ldap.name_attribute, usual.name_attribute);
        writer.text("full_name_attribute", ldap.full_name_attribute, usual.full_name_attribute);
        writer.text("email_attribute", ldap.email_attribute, usual.email_attribute);
        writer.text("group_base", ldap.group_base, "");
        writer.text("group_filter", ldap.group_filter, usual.group_filter);
        writer.text("group_name_attribute", ldap.group_name_attribute, usual.group_name_attribute);
        writer.text("member_attribute", ldap.member_attribute, usual.member_attribute);
        writer.flag("nested_groups", ldap.nested_groups, usual.nested_groups);
        writer.number("page_size", ldap.page_size, usual.page_size);
    }

    void operator()(const OpenIdProvider& openid) const {
        const OpenIdProvider usual;
        writer.text("issuer", openid.issuer, "");
        writer.text("client_id", openid.client_id, "");
        writer.text("client_secret_from", openid.client_secret_from, "");
        writer.text("label", openid.label, "");
        if (openid.scopes != usual.scopes) writer.put("scopes", list(openid.scopes));
        writer.text("name_claim", openid.name_claim, usual.name_claim);
        writer.text("full_name_claim", openid.full_name_claim, usual.full_name_claim);
        writer.text("email_claim", openid.email_claim, usual.email_claim);
        writer.text("roles_claim", openid.roles_claim, usual.roles_claim);
        writer.number("recheck_minutes", openid.recheck_minutes.count(),
                      usual.recheck_minutes.count());
        writer.text("roots_file", openid.roots_file, "");
    }

    void operator()(const HttpProvider& http) const {
        writer.text("url", http.url, "");
        writer.text("secret_from", http.secret_from, "");
        writer.text("roots_file", http.roots_file, "");
    }

    void operator()(const ProgramProvider& program) const {
        writer.put("command", list(program.command));
    }
};

}  // namespace

void write_provider(Writer& writer, const Provider& provider) {
    const Provider usual;
    writer.header("[[security.provider]]");
    writer.put("name", quoted(provider.name));
    writer.put("kind", quoted(provider.kind()));
    writer.seconds("time_limit_seconds", provider.time_limit_seconds, usual.time_limit_seconds);
    writer.number("connections", provider.connections, usual.connections);
    writer.seconds("remember_seconds", provider.remember_seconds, usual.remember_seconds);
    writer.texts("administrators", provider.administrators);
    writer.texts("publishers", provider.publishers);
    std::visit(Settings{writer}, provider.settings);
}

}  // namespace rhumb::config
