#include "config/provider_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/authority.h"
#include "config/checks.h"
#include "config/network.h"
#include "config/provider.h"

namespace rhumb::config {
namespace {

bool is_word(std::string_view text, std::string_view others) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
}

/// "https://example.org:8443" in canonical form; the fault else.
std::string check_origin(std::string& text, std::string_view scheme, std::string_view rest) {
    const auto authority = split_authority(rest);
    if (!authority) return "has no “]” after its address";
    std::string host{authority->host};
    if (rest.find('@') != std::string_view::npos)
        return "must not have a user or a password in it: they have keys of their own";
    if (host.starts_with('*') || !check_host_name(host).empty()) return "has no good host name";
    if (authority->has_brackets != (host.find(':') != std::string::npos))
        return "must have an IPv6 address in brackets, and nothing else in them";
    if (!authority->port.empty() && parse_port(authority->port).value_or(0) == 0)
        return "has no port from 1 to 65535 after its host";
    text = fmt::format("{}{}{}{}{}", scheme, authority->has_brackets ? "[" : "", host,
                       authority->has_brackets ? "]" : "", authority->port);
    return "";
}

std::string check_web_url(std::string& text) {
    const bool is_https = text::istarts_with(text, "https://");
    if (!is_https && !text::istarts_with(text, "http://"))
        return "must be a URL that begins with “https://”";
    if (auto fault = check_line(text); !fault.empty()) return fault;
    if (text.find_first_of("?#\\ ") != std::string::npos)
        return "must have no query, no fragment and no blank";
    const std::string_view rest = std::string_view{text}.substr(is_https ? 8 : 7);
    const auto slash = std::min(rest.find('/'), rest.size());
    std::string origin;
    if (auto fault = check_origin(origin, is_https ? "https://" : "http://", rest.substr(0, slash));
        !fault.empty())
        return fault;
    if (!is_https && !is_this_machine(host_of_url(origin)))
        return "must be https: http is for this machine alone (localhost, 127.0.0.1, [::1])";
    text = origin + std::string{rest.substr(slash)};
    return "";
}

}  // namespace

std::string check_provider_name(std::string& text) {
    constexpr std::size_t bytes_max = 64;
    if (text.size() > bytes_max || !is_word(text, ".-_"))
        return "must have 1 to 64 letters, digits, “.”, “-” and “_”";
    if (text::iequals(text, embedded_provider))
        return "is the name of Rhumb's own store, which is always there";
    return "";
}

std::string check_absolute_path(std::string& text) {
    if (!text.starts_with('/')) return "must be an absolute path, which begins with “/”";
    return check_line(text);
}

std::string check_database_host(std::string& text) {
    if (text.starts_with('/')) return check_line(text);
    if (text.starts_with('*') || text.find("://") != std::string::npos)
        return "must be a host name or an IP address alone";
    return check_host_name(text).empty() ? "" : "is neither a host name nor an IP address";
}

std::string check_sql_name(std::string& text) {
    constexpr std::size_t bytes_max = 63;
    const bool is_good = is_word(text, "_") && text.size() <= bytes_max &&
                         !(text.front() >= '0' && text.front() <= '9');
    return is_good ? "" : "must have 1 to 63 letters, digits and “_”, and begin with no digit";
}

std::string check_ldap_url(std::string& text) {
    const bool is_ldaps = text::istarts_with(text, "ldaps://");
    if (!is_ldaps && !text::istarts_with(text, "ldap://"))
        return "must be a URL as in “ldaps://ldap.example.org” or “ldap://ldap.example.org”";
    std::string_view rest = std::string_view{text}.substr(is_ldaps ? 8 : 7);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find_first_of("/?") != std::string_view::npos)
        return "must be scheme, host and port alone: bases and filters have keys of their own";
    std::string origin;
    auto fault = check_origin(origin, is_ldaps ? "ldaps://" : "ldap://", rest);
    if (fault.empty()) text = std::move(origin);
    return fault;
}

std::string check_ldap_filter(std::string& text) {
    if (auto fault = check_filled_line(text); !fault.empty()) return fault;
    constexpr const char* form =
        "must be a filter in parentheses that match, as in "
        "“(objectClass=person)”";
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '(') ++depth;
        if (text[i] == ')' && depth-- == 0) return form;
        if (depth == 0 && i + 1 < text.size()) return form;
    }
    return depth == 0 && text.size() > 2 ? "" : form;
}

std::string check_user_filter(std::string& text) {
    if (auto fault = check_ldap_filter(text); !fault.empty()) return fault;
    return text.find("{name}") == std::string::npos
               ? "must have {name} where the user's name goes, as in “(uid={name})”"
               : "";
}

std::string check_attribute(std::string& text) {
    return is_word(text, "-.") ? ""
                               : "must be the name of an attribute: letters, digits, “-” and “.”";
}

std::string check_service_url(std::string& text) {
    auto fault = check_web_url(text);
    while (fault.empty() && text.ends_with('/')) text.pop_back();
    return fault;
}

std::string check_issuer(std::string& text) { return check_web_url(text); }

std::string check_scope(std::string& text) {
    const bool is_good = !text.empty() && std::ranges::all_of(text, [](char c) {
        return c > 0x20 && c < 0x7F && c != '"' && c != '\\';
    });
    return is_good ? "" : "must be one word without quotes";
}

bool is_this_machine(std::string_view host) {
    if (host.starts_with('/') || text::iequals(host, "localhost")) return true;
    static constexpr std::string_view networks[] = {"127.0.0.0/8", "::1"};
    return std::ranges::any_of(networks, [&](std::string_view network) {
        const auto parsed = parse_network(network);
        return parsed && parsed->contains(host);
    });
}

std::string_view host_of_url(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    auto rest = url.substr(scheme + 3);
    const auto authority = split_authority(rest.substr(0, rest.find('/')));
    return authority ? authority->host : std::string_view{};
}

}  // namespace rhumb::config
