#include "config/write.h"

#include <fmt/format.h>

#include "config/words.h"
#include "config/writer.h"

namespace rhumb::config {
namespace {

std::string one_or_several(const std::vector<std::string>& texts) {
    return texts.size() == 1 ? quoted(texts.front()) : list(texts);
}

std::string binding(const Binding& binding) {
    const auto url = quoted(binding.to_text());
    if (binding.public_port == 0 && binding.certificates.empty()) return url;
    auto table = "{ url = " + url;
    if (binding.public_port != 0) table += fmt::format(", public_port = {}", binding.public_port);
    if (!binding.certificates.empty())
        table += ", certificate = " + one_or_several(binding.certificates);
    return table + " }";
}

void write_server(Writer& writer, const Server& server) {
    const Server by_default;
    writer.header("[server]", false);
    writer.number("loops", server.loops, by_default.loops);
    writer.text("public_url", server.public_url, "");
    writer.word("log_level", server.log_level, by_default.log_level, log_level_words);

    const auto& limits = server.limits;
    const Limits none;
    writer.header("[server.limits]", false);
    writer.seconds("header_seconds", limits.header_seconds, none.header_seconds);
    writer.seconds("body_seconds", limits.body_seconds, none.body_seconds);
    writer.seconds("idle_seconds", limits.idle_seconds, none.idle_seconds);
    writer.seconds("handshake_seconds", limits.handshake_seconds, none.handshake_seconds);
    writer.seconds("write_seconds", limits.write_seconds, none.write_seconds);
    writer.seconds("drain_seconds", limits.drain_seconds, none.drain_seconds);
    writer.number("header_bytes", limits.header_bytes, none.header_bytes);
    writer.number("header_fields", limits.header_fields, none.header_fields);
    writer.number("body_bytes", limits.body_bytes, none.body_bytes);
    writer.number("connections", limits.connections, none.connections);
    writer.number("requests_per_connection", limits.requests_per_connection,
                  none.requests_per_connection);
    writer.number("http2_streams", limits.http2_streams, none.http2_streams);
}

void write_location(Writer& writer, const Location& location) {
    writer.header("[[site.location]]");
    writer.put("path", quoted(location.path));
    writer.word("handler", location.handler, HandlerKind::files, handler_words);
    if (location.root) writer.put("root", quoted(*location.root));
    if (location.index) writer.put("index", list(*location.index));
    if (location.listing) writer.put("listing", *location.listing ? "true" : "false");
    writer.policy(location);
}

void write_site(Writer& writer, const Site& site) {
    const Site by_default;
    std::string bindings;
    for (const auto& one : site.bindings) bindings += (bindings.empty() ? "" : ", ") + binding(one);
    writer.header("[[site]]");
    writer.put("name", quoted(site.name));
    if (!site.host_names.empty()) writer.put("host_names", list(site.host_names));
    writer.put("bindings", "[" + bindings + "]");
    if (site.certificates != by_default.certificates)
        writer.put("certificate", one_or_several(site.certificates));
    writer.flag("strict_sni", site.strict_sni, by_default.strict_sni);
    writer.word("tls", site.tls, by_default.tls, tls_words);
    writer.put("root", quoted(site.root));
    if (site.index != by_default.index) writer.put("index", list(site.index));
    writer.flag("listing", site.listing, by_default.listing);
    writer.word("require_https", site.require_https, by_default.require_https, require_https_words);
    writer.word("client_certificate", site.client_certificate, by_default.client_certificate,
                client_certificate_words);
    if (site.allow != by_default.allow) writer.put("allow", list(site.allow));
    writer.word("hsts", site.hsts, by_default.hsts, hsts_words);
    writer.word("access_log", site.access_log, by_default.access_log, access_log_words);
    writer.text("access_log_file", site.access_log_file, "");
    writer.flag("compress", site.compress, by_default.compress);
    writer.table("[site.error_pages]", site.error_pages);
    writer.table("[site.mime]", site.mime);
    writer.table("[site.headers]", site.headers);
    for (const auto& location : site.locations) write_location(writer, location);
}

void write_gis(Writer& writer, const Gis& gis) {
    const Gis by_default;
    writer.header("[gis]", false);
    writer.text("instance", gis.instance, by_default.instance);
    writer.number("max_records", gis.max_records, by_default.max_records);
    for (const auto& folder : gis.folders) {
        writer.header("[[gis.folder]]");
        writer.put("name", quoted(folder.name));
        writer.policy(folder);
    }
    for (const auto& service : gis.services) {
        writer.header("[[gis.service]]");
        writer.put("name", quoted(service.name));
        writer.put("source", quoted(service.source));
        writer.text("title", service.title, "");
        writer.text("description", service.description, "");
        writer.text("attribution", service.attribution, "");
        writer.policy(service);
        writer.flag("started", service.started, true);
        for (const auto& layer : service.layers) {
            writer.header("[[gis.service.layer]]");
            writer.put("id", fmt::to_string(layer.id));
            writer.put("allow", list(layer.allow));
        }
    }
}

void write_certificate_user(Writer& writer, const CertificateUser& rule) {
    writer.header("[[security.certificate_user]]");
    writer.text("user", rule.user, "");
    writer.text("field", rule.field, "");
    writer.text("certificate", rule.certificate, "");
    writer.text("issuer", rule.issuer, "");
    writer.text("subject", rule.subject, "");
    writer.text("san", rule.san, "");
}

void write_security(Writer& writer, const Security& security) {
    const Security by_default;
    writer.header("[security]", false);
    writer.texts("trusted_proxies", security.trusted_proxies);
    writer.flag("proxies_end_tls", security.proxies_end_tls, by_default.proxies_end_tls);
    writer.texts("client_authorities", security.client_authorities);
    writer.text("users", security.users, by_default.users);
    writer.text("roles", security.roles, by_default.roles);

    const auto number = [&writer](std::string_view key, auto value, auto its_default) {
        writer.number(key, value.count(), its_default.count());
    };
    const auto& tokens = security.tokens;
    writer.header("[security.tokens]", false);
    number("short_minutes", tokens.short_minutes, by_default.tokens.short_minutes);
    number("long_minutes", tokens.long_minutes, by_default.tokens.long_minutes);

    const auto& sessions = security.sessions;
    writer.header("[security.sessions]", false);
    number("idle_minutes", sessions.idle_minutes, by_default.sessions.idle_minutes);
    number("absolute_hours", sessions.absolute_hours, by_default.sessions.absolute_hours);

    const auto& limits = security.sign_in;
    writer.header("[security.sign_in]", false);
    writer.number("account_failures", limits.account_failures, by_default.sign_in.account_failures);
    number("account_minutes", limits.account_minutes, by_default.sign_in.account_minutes);
    writer.number("address_failures", limits.address_failures, by_default.sign_in.address_failures);

    for (const auto& rule : security.certificate_users) write_certificate_user(writer, rule);
    for (const auto& provider : security.providers) write_provider(writer, provider);
}

}  // namespace

std::string to_toml(const Document& document) {
    Writer writer;
    write_server(writer, document.server);
    for (const auto& site : document.sites) write_site(writer, site);
    write_gis(writer, document.gis);
    write_security(writer, document.security);
    return writer.take();
}

}  // namespace rhumb::config
