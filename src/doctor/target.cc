#include "doctor/target.h"

#include "base/text.h"
#include "pki/names.h"
#include "pki/wanted_names.h"

namespace rhumb::doctor {

namespace {

/// Takes "http://" or "https://" off; `invalid` for any other scheme.
Result<void> take_scheme(std::string_view& rest, Target& target) {
    const auto mark = rest.find("://");
    if (mark == std::string_view::npos) return {};
    const auto scheme = text::to_lower(rest.substr(0, mark));
    if (scheme != "http" && scheme != "https")
        return fail(
            ErrorKind::invalid,
            "«{}://» is nothing that the doctor looks at; give an https:// or http:// URL, or a name",
            scheme);
    target.https = scheme == "https";
    target.has_scheme = true;
    rest.remove_prefix(mark + 3);
    return {};
}

/// What can stand in a request's first line: no blanks, no control characters, ASCII.
Result<std::string> path_of(std::string_view text) {
    std::string path{text.substr(0, text.find('#'))};
    if (!path.starts_with('/')) path.insert(0, "/");
    // Other letters are sent as UTF-8, as browsers do. An escape that is there stays.
    path = text::percent_encode(path, "/?&=%+$,;:@!'()*~[]");
    if (path.size() > 4096)
        return fail(ErrorKind::too_large, "the path is longer than 4096 bytes; give a shorter URL");
    return path;
}

Result<std::uint16_t> port_of(std::string_view text) {
    const auto number = text::to_integer(text);
    if (!number || *number < 1 || *number > 65535)
        return fail(ErrorKind::invalid, "«{}» is no port; ports are 1 to 65535", text);
    return static_cast<std::uint16_t>(*number);
}

/// Takes the port off: "host:port", "[::1]:port"; more than one colon without brackets is IPv6.
Result<std::string_view> take_port(std::string_view authority, Target& target) {
    std::string_view host = authority;
    std::string_view after;  // the host: "", or a colon and the port
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos)
            return fail(ErrorKind::invalid, "«{}»: the bracket is not closed", authority);
        host = authority.substr(1, end - 1);
        after = authority.substr(end + 1);
    } else if (const auto colon = authority.find(':');
               colon != std::string_view::npos && authority.rfind(':') == colon) {
        host = authority.substr(0, colon);
        after = authority.substr(colon);
    }
    if (after.empty()) return host;
    if (!after.starts_with(':'))
        return fail(ErrorKind::invalid, "«{}» is neither a name nor an address", authority);
    TRY(target.port, port_of(after.substr(1)));
    target.has_port = true;
    return host;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
    Target target;
    auto rest = text::trim(text);
    TRY_DONE(take_scheme(rest, target));
    const auto slash = rest.find_first_of("/?#");
    TRY(target.path,
        path_of(slash == std::string_view::npos ? std::string_view{} : rest.substr(slash)));
    const auto authority = rest.substr(0, slash);
    if (authority.find('@') != std::string_view::npos)
        return fail(
            ErrorKind::invalid,
            "the URL has a user or a password in it; the doctor sends neither: leave it out");
    TRY(const auto host, take_port(authority, target));
    auto name = pki::parse_wanted_name(host);
    if (!name) return tl::unexpected(std::move(name).error());
    if (name->is_wildcard())
        return fail(ErrorKind::invalid,
                    "«{}» stands for many servers; name the one that is to be looked at", host);
    target.host = name->text();
    target.is_ip = name->is_ip();
    target.unicode = pki::to_unicode(*name);
    if (!target.has_scheme && target.has_port && target.port == 80) target.https = false;
    if (!target.has_port) target.port = target.https ? 443 : 80;
    return target;
}

std::string Target::url_host() const {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string Target::origin() const {
    const bool is_usual = port == (https ? 443 : 80);
    return (https ? "https://" : "http://") + url_host() +
           (is_usual ? "" : ":" + std::to_string(port));
}

}  // namespace rhumb::doctor
