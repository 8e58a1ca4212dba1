#include "http/target.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

#include "base/text.h"

namespace rhumb::http {

namespace {

bool is_control_or_blank(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F;
}

/// The bytes of a path between its slashes, decoded. Checks what no segment may contain.
Result<std::string> decode_path(std::string_view raw_path) {
    for (const char c : raw_path) {
        if (is_control_or_blank(c))
            return fail(ErrorKind::invalid,
                        "the path contains a blank or a control byte; send it as %XX");
        if (c == '\\' || c == '#' || c == '?')
            return fail(ErrorKind::invalid, "the path contains «{}»; send it as %XX", c);
    }
    if (raw_path.find('%') == std::string_view::npos) return std::string{raw_path};

    // An encoded slash would be one name here and two names to the next program.
    for (auto at = raw_path.find('%'); at != std::string_view::npos;
         at = raw_path.find('%', at + 1)) {
        const auto escape = raw_path.substr(at + 1, 2);
        if (text::iequals(escape, "2f") || text::iequals(escape, "5c"))
            return fail(ErrorKind::invalid, "the path contains an encoded slash or backslash (%{})",
                        escape);
    }
    auto decoded = text::percent_decode(raw_path);
    if (!decoded)
        return fail(ErrorKind::invalid,
                    "the path contains a % that two hexadecimal digits do not follow");
    if (std::ranges::any_of(*decoded, [](char c) { return c != ' ' && is_control_or_blank(c); }))
        return fail(ErrorKind::invalid, "the path contains an encoded control byte");
    return *std::move(decoded);
}

/// True when the path is clean as it is: no empty and no dot segments. The usual case, and cheap to
/// see.
bool is_clean(std::string_view path) {
    return path.find("//") == std::string_view::npos && path.find("/.") == std::string_view::npos;
}

}  // namespace

Result<std::string> clean_path(std::string_view raw_path) {
    if (!raw_path.starts_with('/'))
        return fail(ErrorKind::invalid, "the path does not begin with a slash");
    TRY(auto decoded, decode_path(raw_path));
    if (!text::is_utf8(decoded)) return fail(ErrorKind::invalid, "the path is not UTF-8");
    if (is_clean(decoded)) return decoded;

    std::string clean;
    bool ends_in_slash = true;
    for (std::string_view rest = decoded; !rest.empty();) {
        rest.remove_prefix(1);  // the slash
        const auto segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(segment.size());
        if (segment == "..") {
            if (clean.empty()) return fail(ErrorKind::invalid, "the path leads above the root");
            clean.erase(clean.rfind('/'));
        } else if (!segment.empty() && segment != ".") {
            clean.append("/").append(segment);
        }
        ends_in_slash = segment.empty() || segment == "." || segment == "..";
    }
    if (ends_in_slash || clean.empty()) clean += '/';
    return clean;
}

namespace {

constexpr std::size_t host_size_max = 253;  // RFC 1035 section 2.3.4, as text

Result<std::string> parse_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);  // the root of the DNS, which every name has
    const bool is_sound = !name.empty() && name.size() <= host_size_max && name.front() != '.' &&
                          name.find("..") == std::string_view::npos &&
                          std::ranges::all_of(name, [](char c) {
                              const char lower = text::to_lower(c);
                              return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
                                     c == '-' || c == '.' || c == '_';
                          });
    if (!is_sound) return fail(ErrorKind::invalid, "Host is neither a name nor an address");
    return text::to_lower(name);
}

Result<std::string> parse_ipv6(std::string_view address) {
    // One text for one address (RFC 5952), so that it can be compared.
    in6_addr bytes{};
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    const std::string terminated{address};
    if (address.find('\0') != std::string_view::npos ||
        ::inet_pton(AF_INET6, terminated.c_str(), &bytes) != 1 ||
        ::inet_ntop(AF_INET6, &bytes, canonical.data(), canonical.size()) == nullptr)
        return fail(ErrorKind::invalid, "Host has brackets, but no IPv6 address in them");
    return std::string{canonical.data()};
}

Result<std::optional<std::uint16_t>> parse_port(std::string_view text) {
    if (text.empty()) return std::nullopt;  // "name:" is allowed (RFC 3986 section 3.2.3)
    const auto number = text.size() <= 5 && text.front() != '+' && text.front() != '-'
                            ? text::to_integer(text)
                            : std::nullopt;
    if (!number || *number < 1 || *number > 65'535)
        return fail(ErrorKind::invalid, "the port in Host is not a number from 1 to 65535");
    return static_cast<std::uint16_t>(*number);
}

}  // namespace

Result<Authority> parse_authority(std::string_view text) {
    Authority authority;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            return fail(ErrorKind::invalid, "Host begins with a bracket that does not end");
        TRY(authority.host, parse_ipv6(text.substr(1, end - 1)));
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':')
            return fail(ErrorKind::invalid, "Host goes on after its bracket");
    } else {
        TRY(authority.host, parse_name(text.substr(0, text.find(':'))));
        text.remove_prefix(std::min(text.size(), text.find(':')));
    }
    if (!text.empty()) {
        TRY(authority.port, parse_port(text.substr(1)));
    }
    return authority;
}

namespace {

bool is_secure(const Request& request) {
    return request.channel != nullptr && request.channel->is_secure;
}

Result<void> apply_authority(Request& request, std::string_view text) {
    TRY(auto authority, parse_authority(text));
    request.host = std::move(authority.host);
    request.port =
        authority.port.value_or(is_secure(request) ? std::uint16_t{443} : std::uint16_t{80});
    return {};
}

/// Path and query: "/a?b".
Result<void> apply_origin_form(Request& request, std::string_view target) {
    const auto mark = target.find('?');
    TRY(request.path, clean_path(target.substr(0, mark)));
    request.raw_path = target.substr(0, mark);
    request.has_query = mark != std::string_view::npos;
    request.query = request.has_query ? target.substr(mark + 1) : std::string_view{};
    if (std::ranges::any_of(request.query,
                            [](char c) { return is_control_or_blank(c) || c == '#'; }))
        return fail(ErrorKind::invalid,
                    "the query contains a blank, a control byte or «#»; send it as %XX");
    return {};
}

/// "http://name:port/path?query", as a client sends it to a proxy (RFC 9112 section 3.2.2).
Result<void> apply_absolute_form(Request& request, std::string_view target) {
    const std::string_view scheme = is_secure(request) ? "https://" : "http://";
    if (!text::istarts_with(target, scheme))
        return fail(ErrorKind::invalid,
                    "the request target is neither a path nor an address that begins with {}",
                    scheme);
    target.remove_prefix(scheme.size());
    const auto end = std::min(target.size(), target.find_first_of("/?"));
    TRY_DONE(apply_authority(request, target.substr(0, end)));
    target.remove_prefix(end);
    if (target.starts_with('/')) return apply_origin_form(request, target);
    return apply_origin_form(request, "/" + std::string{target});
}

}  // namespace

Result<void> apply_target(Request& request, std::string_view target, std::string_view host) {
    if (request.method == Method::connect)
        return fail(ErrorKind::invalid, "CONNECT is for proxies; this is none");
    request.host.clear();
    request.port = is_secure(request) ? 443 : 80;
    if (!host.empty()) TRY_DONE(apply_authority(request, host));
    if (target == "*") {
        if (request.method != Method::options)
            return fail(ErrorKind::invalid, "the target * is for OPTIONS only");
        request.raw_path = "*";
        request.path = "/";
        request.query.clear();
        request.has_query = false;
        return {};
    }
    return target.starts_with('/') ? apply_origin_form(request, target)
                                   : apply_absolute_form(request, target);
}

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = text::to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// As browsers read forms (WHATWG URL section 5.1): "+" is a blank, and a "%" that begins no escape
/// is itself, because people type `where=NAME LIKE 'A%'` into the address line.
std::string decode_form(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && text.size() - i > 2 ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            decoded += text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

}  // namespace

std::optional<std::string> find_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        const auto key = pair.substr(0, equals);
        const bool is_encoded = key.find_first_of("%+") != std::string_view::npos;
        if (is_encoded ? text::iequals(decode_form(key), name) : text::iequals(key, name)) {
            if (pair.empty()) continue;
            return equals == std::string_view::npos ? std::string{}
                                                    : decode_form(pair.substr(equals + 1));
        }
    }
    return std::nullopt;
}

}  // namespace rhumb::http
