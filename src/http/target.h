#pragma once
/// Request targets and Host: taken apart once, strictly, so that nothing behind them has to ask
/// again what a path means.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace rhumb::http {

/// The decoded path of "/a%20b/../c": "/c". Refuses (`invalid`) what is not a path: broken escapes,
/// an encoded NUL, slash or backslash (two programs would read two paths), a control byte, a raw
/// backslash, what is not UTF-8, and ".." above the root. Repeated slashes become one. A trailing
/// slash stays.
Result<std::string> clean_path(std::string_view raw_path);

struct Authority {
    std::string host;  ///< lower case; an IPv6 address without its brackets
    std::optional<std::uint16_t> port;
};

/// Host or :authority (RFC 9110 section 7.2): a name, an IPv4 address or a bracketed IPv6 address,
/// and perhaps a port.
Result<Authority> parse_authority(std::string_view text);

/// Fills the path, query, host and port of `request` from a request target in origin-form,
/// absolute-form or asterisk-form (RFC 9112 section 3.2) and the Host field's value. The target of
/// absolute-form wins over Host; its scheme must be that of the channel (RFC 9110 section 7.4).
/// `host` may be empty (HTTP/1.0); whether it may be missing is for the caller to decide. OPTIONS *
/// has the raw path "*" and the path "/". Set method and channel first.
Result<void> apply_target(Request& request, std::string_view target, std::string_view host);

/// The value of a parameter in a query or form body, decoded as browsers do (a "%" that begins no
/// escape is itself); the first of that name, compared without case. Any bytes may come out: not
/// only UTF-8.
std::optional<std::string> find_parameter(std::string_view query, std::string_view name);

}  // namespace rhumb::http
