#include "storage/sql_connect.h"

#include <algorithm>
#include <fstream>

#include "base/text.h"

namespace rhumb::storage {

namespace {

constexpr const char* system_roots = "/etc/ssl/certs/ca-certificates.crt";
constexpr const char* freetds_settings = "/etc/freetds/freetds.conf";

std::string roots_of(const SqlPlace& place) {
    return place.roots_file.empty() ? system_roots : place.roots_file;
}

/// In whole seconds, upwards.
long long seconds_of(std::chrono::milliseconds limit) {
    return std::chrono::ceil<std::chrono::seconds>(limit).count();
}

/// key='value' of libpq.
void add(std::string& text, std::string_view key, std::string_view value) {
    text += key;
    text += "='";
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    text += "' ";
}

/// Key={value}; of ODBC.
void add_odbc(std::string& text, std::string_view key, std::string_view value) {
    text += key;
    text += "={";
    for (const char c : value) {
        text += c;
        if (c == '}') text += c;
    }
    text += "};";
}

/// Key=value; of ODBC, for what is known to be harmless.
void add_plain(std::string& text, std::string_view key, std::string_view value) {
    text += fmt::format("{}={};", key, value);
}

/// FreeTDS verifies certificates only when its own file names roots; there is no other way to tell
/// it. True when [global] does.
bool verifies_freetds() {
    std::ifstream file{freetds_settings};
    std::string line;
    bool is_global = false;
    while (std::getline(file, line)) {
        const auto trimmed = text::trim(line);
        if (trimmed.starts_with('[')) is_global = text::iequals(trimmed, "[global]");
        const auto equals = trimmed.find('=');
        if (is_global && equals != std::string_view::npos &&
            text::iequals(text::trim(trimmed.substr(0, equals)), "ca file"))
            return !text::trim(trimmed.substr(equals + 1)).empty();
    }
    return false;
}

Result<void> check_signs(const SqlPlace& place) {
    const auto has_bad_sign = [](std::string_view value) {
        return std::ranges::any_of(value, [](char c) {
            return c == '{' || c == '}' || c == ';' || c == '\0' || c == '\n';
        });
    };
    for (const auto& value :
         {place.host, place.database, place.user, place.odbc_driver, place.roots_file})
        if (has_bad_sign(value))
            return fail(ErrorKind::invalid,
                        "{}: «{}» has a sign that ODBC drivers cannot be told ({{ }} ;)",
                        place.label(), value);
    if (has_bad_sign(place.password.view()))
        return fail(ErrorKind::invalid,
                    "{}: the password has a sign that ODBC drivers cannot be told ({{ }} ;). "
                    "Remedy: give the user another password there",
                    place.label());
    return {};
}

Result<std::string> freetds_text(const SqlPlace& place) {
    if (!place.insecurely_without_tls && !verifies_freetds())
        return fail(ErrorKind::unavailable,
                    "{}: FreeTDS would not verify its certificate. Remedy: name the roots in the "
                    "section [global] of {}: \"ca file = {}\"",
                    place.label(), freetds_settings, roots_of(place));
    std::string text;
    add_plain(text, "Server", place.host);
    add_plain(text, "Port", fmt::to_string(place.port == 0 ? 1433 : place.port));
    add_plain(text, "TDS_Version", "7.4");
    add_plain(text, "ClientCharset", "UTF-8");
    add_plain(text, "Encryption", place.insecurely_without_tls ? "request" : "require");
    add_plain(text, "Timeout", fmt::to_string(seconds_of(place.limit)));
    return text;
}

std::string psqlodbc_text(const SqlPlace& place) {
    std::string text;
    add_plain(text, "Server", place.host);
    add_plain(text, "Port", fmt::to_string(place.port == 0 ? 5432 : place.port));
    add_plain(text, "SSLmode", place.insecurely_without_tls ? "prefer" : "verify-full");
    // What else libpq is told; within it blanks part the settings.
    add_odbc(
        text, "pqopt",
        fmt::format("sslrootcert={} connect_timeout={} tcp_user_timeout={} application_name=rhumb",
                    roots_of(place), std::max(2LL, seconds_of(place.limit)), place.limit.count()));
    add_plain(text, "UseDeclareFetch", "0");
    add_plain(text, "MaxVarcharSize", "4096");
    return text;
}

std::string microsoft_text(const SqlPlace& place) {
    std::string text;
    add_odbc(text, "Server",
             fmt::format("tcp:{},{}", place.host, place.port == 0 ? 1433 : place.port));
    add_plain(text, "Encrypt", place.insecurely_without_tls ? "optional" : "yes");
    add_plain(text, "TrustServerCertificate", place.insecurely_without_tls ? "yes" : "no");
    add_plain(text, "LoginTimeout", fmt::to_string(seconds_of(place.limit)));
    return text;
}

}  // namespace

std::string libpq_text(const SqlPlace& place) {
    std::string text;
    add(text, "host", place.host);
    add(text, "hostaddr", "");
    add(text, "port", fmt::to_string(place.port == 0 ? 5432 : place.port));
    add(text, "dbname", place.database);
    // By a socket the server may know the process's own user.
    if (!place.user.empty()) add(text, "user", place.user);
    add(text, "password", place.password.view());
    // No file: of /dev/null libpq says on standard error that it is none.
    add(text, "passfile", "/dev/null/none");
    add(text, "sslmode", place.insecurely_without_tls ? "prefer" : "verify-full");
    add(text, "sslrootcert", roots_of(place));
    add(text, "gssencmode", "disable");
    add(text, "options", "");
    add(text, "application_name", "rhumb");
    add(text, "client_encoding", "UTF8");
    add(text, "connect_timeout", fmt::to_string(std::max(2LL, seconds_of(place.limit))));
    add(text, "tcp_user_timeout", fmt::to_string(place.limit.count()));
    add(text, "keepalives_idle", "30");
    add(text, "keepalives_interval", "10");
    add(text, "keepalives_count", "3");
    add(text, "target_session_attrs", "any");
    return text;
}

Result<std::string> odbc_text(const SqlPlace& place) {
    TRY_DONE(check_signs(place));
    std::string text;
    add_odbc(text, "Driver", place.odbc_driver);
    const auto name = text::to_lower(place.odbc_driver);
    if (name.find("freetds") != std::string::npos || name.find("tds") != std::string::npos) {
        TRY(const auto own, freetds_text(place));
        text += own;
    } else if (name.find("postgres") != std::string::npos) {
        text += psqlodbc_text(place);
    } else {
        text += microsoft_text(place);
    }
    add_plain(text, "APP", "rhumb");
    add_plain(text, "Database", place.database);
    add_plain(text, "UID", place.user);
    // Refused signs make braces unneeded, and FreeTDS reads none.
    add_plain(text, "PWD", place.password.view());
    return text;
}

}  // namespace rhumb::storage
