#include "config/checks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "config/authority.h"
#include "config/network.h"
#include "config/parse.h"

namespace rhumb::config {
namespace {

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// Letters, digits and `others`; not empty.
bool is_word(std::string_view text, std::string_view others) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

/// A token of RFC 9110 section 5.6.2.
bool is_token(std::string_view text) { return is_word(text, "!#$%&'*+-.^_`|~"); }

template <std::size_t count>
bool is_one_of(std::string_view text, const std::array<std::string_view, count>& list) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::string check_line(std::string& text) {
    return std::any_of(text.begin(), text.end(), is_control)
               ? "must be one line without control characters"
               : "";
}

std::string check_filled_line(std::string& text) {
    return text::trim(text).empty() ? "must not be empty" : check_line(text);
}

std::string check_prose(std::string& text) {
    const bool has_control = std::any_of(
        text.begin(), text.end(), [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
    return has_control ? "must not have control characters other than tab and new line" : "";
}

std::string check_file_path(std::string& text) { return check_filled_line(text); }

std::string check_url_path(std::string& text) {
    if (text.empty() || text.front() != '/') return "must begin with “/”";
    if (auto fault = check_line(text); !fault.empty()) return fault;
    if (text.find_first_of("?#\\") != std::string::npos) {
        return "must be a path alone, without “?”, “#” or “\\”";
    }
    if (text.size() > 1 && text.back() == '/') text.pop_back();
    if (text == "/") return "";
    for (const auto segment : text::split(std::string_view{text}.substr(1), '/')) {
        if (segment.empty() || segment == "." || segment == "..") {
            return "must not have empty, “.” or “..” segments";
        }
    }
    return "";
}

std::string check_file_name(std::string& text) {
    if (auto fault = check_filled_line(text); !fault.empty()) return fault;
    if (text.find('/') != std::string::npos || text == "." || text == "..") {
        return "must be the name of a file without a directory";
    }
    return "";
}

std::string check_site_name(std::string& text) {
    if (auto fault = check_file_name(text); !fault.empty()) {
        return text.find('/') != std::string::npos ? "must not have a slash" : fault;
    }
    return text.size() > 100 ? "may have 100 bytes" : "";
}

namespace {

bool is_address(std::string_view text) {
    return text.find(':') != std::string_view::npos ||
           text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string check_address(std::string& text) {
    const bool is_ipv6 = text.find(':') != std::string::npos;
    const auto binding =
        parse_binding(is_ipv6 ? "http://[" + text + "]:1" : "http://" + text + ":1");
    if (!binding) return "is neither a host name nor an IP address; ports belong into bindings";
    text = binding->address;
    return "";
}

std::string check_label(std::string_view label) {
    const bool is_ascii = std::all_of(label.begin(), label.end(),
                                      [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!is_ascii) return "must be in its ASCII form (its labels begin with “xn--”)";
    if (label.find('*') != std::string_view::npos)
        return "may have “*” as its whole first label only, as in “*.example.org”";
    const bool is_good =
        is_word(label, "-_") && label.size() <= 63 && label.front() != '-' && label.back() != '-';
    return is_good ? "" : "is not a host name: labels have 1 to 63 letters, digits and hyphens";
}

}  // namespace

std::string check_host_name(std::string& text) {
    text = text::to_lower(text);
    if (!text.empty() && text.back() == '.') text.pop_back();
    if (text.empty()) return "must not be empty; for every name, leave host_names out";
    if (text == "*") return "matches every name: leave host_names out for that";
    if (text.find("://") != std::string::npos) return "must be a name alone, without a scheme";
    if (is_address(text)) return check_address(text);
    if (text.size() > 253) return "is longer than the 253 bytes a host name may have";
    const std::string_view name = text.starts_with("*.") ? std::string_view{text}.substr(2) : text;
    for (const auto label : text::split(name, '.'))
        if (auto fault = check_label(label); !fault.empty()) return fault;
    return "";
}

std::string check_public_url(std::string& text) {
    constexpr const char* form =
        "must be scheme, host and port alone, as in “https://gis.example.org:8443”";
    if (text.empty()) return "";
    if (text.back() == '/') text.pop_back();
    const bool is_https = text::istarts_with(text, "https://");
    if (!is_https && !text::istarts_with(text, "http://")) return form;
    const auto authority = split_authority(std::string_view{text}.substr(is_https ? 8 : 7));
    if (!authority) return form;
    std::string host{authority->host};
    if (!check_host_name(host).empty() || host.starts_with("*")) return form;
    if (authority->has_brackets != (host.find(':') != std::string::npos)) return form;
    if (!authority->port.empty() && parse_port(authority->port).value_or(0) == 0) return form;
    text = fmt::format("{}://{}{}{}{}", is_https ? "https" : "http",
                       authority->has_brackets ? "[" : "", host, authority->has_brackets ? "]" : "",
                       authority->port);
    return "";
}

std::string check_extension(std::string& text) {
    text = text::to_lower(text);
    if (text.starts_with('.')) return "must be written without its dot";
    return is_word(text, "-_+") ? "" : "must be an extension: letters, digits, “-”, “_” and “+”";
}

std::string check_media_type(std::string& text) {
    constexpr const char* form = "must be a media type, as in “text/html; charset=utf-8”";
    if (!check_header_value(text).empty()) return form;
    const auto type = text::trim(std::string_view{text}.substr(0, text.find(';')));
    const auto slash = type.find('/');
    if (slash == std::string_view::npos) return form;
    return is_token(type.substr(0, slash)) && is_token(type.substr(slash + 1)) ? "" : form;
}

std::string check_header_name(std::string& text) {
    constexpr std::array<std::string_view, 13> framing = {
        "connection",    "content-encoding",  "content-length",
        "content-range", "content-type",      "date",
        "host",          "keep-alive",        "te",
        "trailer",       "transfer-encoding", "upgrade",
        "vary"};
    text = text::to_lower(text);
    if (!is_token(text)) return "is not the name of a header field";
    if (is_one_of(text, framing)) return "is set by the server itself";
    if (text == "strict-transport-security") {
        return "is not set by hand: it locks browsers out when HTTPS fails. Write hsts = \"5 minutes\" to begin with";
    }
    return "";
}

std::string check_header_value(std::string& text) {
    text = std::string{text::trim(text)};
    const bool has_control =
        std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\t'; });
    if (text.empty() || has_control) return "must be one line of text that is not empty";
    return "";
}

std::string check_instance(std::string& text) {
    constexpr std::array<std::string_view, 9> taken = {
        "api", "docs", "login", "manager", "metrics", "ogc", "trust", "viewer", "wms"};
    if (!is_word(text, "-_")) return "must be one segment of a path: letters, digits, “-” and “_”";
    if (is_one_of(text::to_lower(text), taken))
        return "is a path that Rhumb uses for something else";
    return "";
}

std::string check_folder_name(std::string& text) {
    return is_word(text, "-_") && text.size() <= 100
               ? ""
               : "must have 1 to 100 letters, digits, “-” and “_”: it becomes part of URLs";
}

std::string check_service_name(std::string& text) {
    std::string folder = text.substr(0, text.find('/'));
    std::string name = folder.size() == text.size() ? "X" : text.substr(folder.size() + 1);
    if (check_folder_name(folder).empty() && check_folder_name(name).empty()) return "";
    return "must be “Name” or “Folder/Name”, each of 1 to 100 letters, digits, “-” and “_”";
}

std::string check_network(std::string& text) {
    const auto network = parse_network(text);
    if (!network)
        return "must be an IP address or a network, as in “192.0.2.7”, “10.0.0.0/8” or “2001:db8::/32”";
    text = network->to_text();
    return "";
}

std::string check_account_name(std::string& text) {
    constexpr std::size_t bytes_max = 128;
    if (text.empty() || text.size() > bytes_max) return "must have 1 to 128 bytes";
    if (std::any_of(text.begin(), text.end(), is_control) ||
        text.find_first_of(":;,/\\\"<>") != std::string::npos)
        return R"(must have none of : ; , / \ " < > and no control characters)";
    return text.front() == ' ' || text.back() == ' ' ? "must not begin or end with a blank" : "";
}

std::string check_fingerprint(std::string& text) {
    constexpr std::size_t digits = 64;
    auto hex = text::to_lower(text);
    std::erase(hex, ':');
    if (hex.size() != digits || hex.find_first_not_of("0123456789abcdef") != std::string::npos)
        return "must be the SHA-256 fingerprint: 64 hexadecimal digits, with or without colons "
               "(“rhumb cert show” prints it)";
    text = std::move(hex);
    return "";
}

}  // namespace rhumb::config
