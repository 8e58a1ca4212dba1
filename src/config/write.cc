#include "config/write.h"

#include <fmt/format.h>

#include "config/allowed.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
                    out += fmt::format("\\u{:04X}",
                                       static_cast<unsigned>(static_cast<unsigned char>(c)));
                } else {
                    out += c;
                }
        }
    }
    return out + '"';
}

std::string list(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts) {
        if (out.size() > 1) out += ", ";
        out += quoted(text);
    }
    return out + "]";
}

std::string one_or_several(const std::vector<std::string>& texts) {
    return texts.size() == 1 ? quoted(texts.front()) : list(texts);
}

std::string list(const AllowList& entries) {
    std::vector<std::string> texts;
    for (const auto& entry : entries) texts.push_back(to_text(entry));
    return list(texts);
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

/// Writes tables one after the other; a table that has nothing to say is left out.
class Writer {
public:
    void header(std::string_view name, bool is_needed = true) {
        header_ = name;
        if (is_needed) begin_table();
    }

    /// What is always written.
    void put(std::string_view key, std::string_view value) {
        begin_table();
        out_ += fmt::format("{} = {}\n", key, value);
    }

    void text(std::string_view key, std::string_view value, std::string_view by_default) {
        if (value != by_default) put(key, quoted(value));
    }
    void flag(std::string_view key, bool value, bool by_default) {
        if (value != by_default) put(key, value ? "true" : "false");
    }
    template <class Integer>
    void number(std::string_view key, Integer value, Integer by_default) {
        if (value != by_default) put(key, fmt::to_string(value));
    }
    void seconds(std::string_view key, std::chrono::seconds value,
                 std::chrono::seconds by_default) {
        number(key, value.count(), by_default.count());
    }
    template <class Value, std::size_t count>
    void word(std::string_view key, Value value, Value by_default,
              const Word<Value> (&words)[count]) {
        if (value != by_default) put(key, quoted(word_for(value, words)));
    }
    void texts(std::string_view key, const std::vector<std::string>& values) {
        if (!values.empty()) put(key, list(values));
    }
    /// What a part says about who gets in.
    template <class Part>
    void policy(const Part& part) {
        if (part.require_https)
            put("require_https", quoted(word_for(*part.require_https, require_https_words)));
        if (part.client_certificate)
            put("client_certificate",
                quoted(word_for(*part.client_certificate, client_certificate_words)));
        if (part.allow) put("allow", list(*part.allow));
    }
    template <class Map>
    void table(std::string_view name, const Map& map) {
        header(name, false);
        for (const auto& [key, value] : map) put(quoted(fmt::to_string(key)), quoted(value));
    }

    std::string take() { return std::move(out_); }

private:
    void begin_table() {
        if (header_.empty()) return;
        out_ += fmt::format("{}{}\n", out_.empty() ? "" : "\n", header_);
        header_.clear();
    }

    std::string out_;
    std::string header_;  // not written yet
};

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
    writer.texts("client_authorities", security.client_authorities);

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
