#include "http/h2/request_head.h"

#include "base/text.h"
#include "http/target.h"

namespace rhumb::http::h2 {

namespace {
/// RFC 9113 section 6.5.2: what a field counts besides its text.
constexpr std::size_t field_overhead = 32;
/// A small compressed block can stand for megabytes of fields: decoding stops to be our duty at so
/// many times the limit.
constexpr std::size_t abuse_factor = 4;
}  // namespace

RequestHead::Taken RequestHead::add(std::string_view name, std::string_view value,
                                    const Limits& limits, Headers& headers) {
    bytes_ += name.size() + value.size() + field_overhead;
    if (is_too_large_ || bytes_ > limits.header_bytes_max ||
        ++fields_ > limits.header_fields_max + 5) {
        is_too_large_ = true;
        return bytes_ > abuse_factor * limits.header_bytes_max ? Taken::abusive : Taken::too_large;
    }
    if (name.starts_with(':')) {
        if (!add_pseudo(name, value)) headers.add(name, value);
    } else if (name == "cookie") {
        if (!cookie_.empty()) cookie_ += "; ";
        cookie_ += value;
    } else {
        if (name == "expect" && text::iequals(value, "100-continue")) expects_continue_ = true;
        headers.add(name, value);
    }
    return Taken::kept;
}

bool RequestHead::add_pseudo(std::string_view name, std::string_view value) {
    if (name == ":method") {
        method_ = value;
    } else if (name == ":path") {
        path_ = value;
    } else if (name == ":authority") {
        authority_ = value;
    } else if (name == ":scheme") {
        scheme_ = value;
    } else {
        return false;
    }
    return true;
}

Result<void> RequestHead::finish(Request& request) {
    request.version = Version::http2;
    request.method = to_method(method_);
    request.method_name = std::move(method_);
    if (!cookie_.empty()) request.headers.add("cookie", cookie_);

    if (request.method == Method::connect)
        return fail(ErrorKind::invalid,
                    "CONNECT is not served here: this is not a proxy for other hosts");
    if (scheme_ != "https" && scheme_ != "http")
        return fail(ErrorKind::invalid, "the request's :scheme is neither http nor https");
    // RFC 9113 section 8.3.1: Host stands for :authority where that is missing, and must not
    // contradict it.
    const auto host = request.headers.find("host");
    if (authority_.empty() && host) {
        authority_ = *host;
    } else if (host && !text::iequals(*host, authority_)) {
        return fail(ErrorKind::invalid, "the request names two hosts: :authority and Host differ");
    }
    return apply_target(request, path_, authority_);
}

}  // namespace rhumb::http::h2
