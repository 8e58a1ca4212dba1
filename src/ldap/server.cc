#include "ldap/server.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::ldap {

namespace {

constexpr std::uint16_t ldap_port = 389;
constexpr std::uint16_t ldaps_port = 636;

bool is_of_host(char c) {
    const char low = text::to_lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_of_v6(char c) {
    const char low = text::to_lower(c);
    return (low >= 'a' && low <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

}  // namespace

std::string Server::to_string() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", is_ldaps ? "ldaps" : "ldap", is_v6 ? "[" : "", host,
                       is_v6 ? "]" : "", port);
}

Result<Server> parse_server(std::string_view url) {
    const auto bad = [url](std::string_view why) {
        return fail(ErrorKind::invalid,
                    "«{}» is no address of a directory: {}; write ldaps://directory.example.org or "
                    "ldap://directory.example.org:389",
                    url, why);
    };
    Server server;
    auto rest = url;
    if (text::istarts_with(url, "ldaps://")) {
        server.is_ldaps = true;
        rest.remove_prefix(8);
    } else if (text::istarts_with(url, "ldap://")) {
        rest.remove_prefix(7);
    } else {
        return bad("it does not begin with ldaps:// or ldap://");
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    const bool is_v6 = rest.starts_with('[');
    const auto end = is_v6 ? rest.find(']') : rest.find(':');
    if (is_v6 && end == std::string_view::npos) return bad("the bracket is not closed");
    server.host = rest.substr(is_v6 ? 1 : 0, is_v6 ? end - 1 : end);
    rest = end == std::string_view::npos ? "" : rest.substr(is_v6 ? end + 1 : end);
    if (server.host.empty() || server.host.size() > 253 ||
        !std::ranges::all_of(server.host, is_v6 ? is_of_v6 : is_of_host))
        return bad("the host name has signs that host names do not have, or there is none");
    server.port = server.is_ldaps ? ldaps_port : ldap_port;
    if (rest.empty()) return server;
    const auto port = rest.starts_with(':') ? text::to_integer(rest.substr(1)) : std::nullopt;
    if (!port || *port < 1 || *port > 65535) return bad("behind the host there is no port");
    server.port = static_cast<std::uint16_t>(*port);
    return server;
}

}  // namespace rhumb::ldap
