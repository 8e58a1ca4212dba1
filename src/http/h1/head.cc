#include "http/h1/head.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/target.h"

namespace rhumb::http::h1 {

namespace {

constexpr std::size_t blank_bytes_max =
    8;  // RFC 9112 section 2.2: an empty line or two before the request are passed over

/// Past the empty lines that begin at `at`.
std::size_t skip_blank_lines(std::string_view bytes, std::size_t at) {
    while (at < blank_bytes_max && bytes.substr(at, 2) == "\r\n") at += 2;
    return at;
}

}  // namespace

HeadFinder::Found HeadFinder::find(std::string_view bytes, std::size_t size_max) {
    begin_ = skip_blank_lines(bytes, begin_);
    if (bytes.size() <= begin_ || bytes.substr(begin_) == "\r")
        return {.begin = begin_, .end = 0, .refusal = {}};
    line_ = std::max(line_, begin_);
    scanned_ = std::max(scanned_, begin_);
    for (;;) {
        const auto newline = bytes.find('\n', scanned_);
        if (newline == std::string_view::npos) break;
        if (newline == begin_ || bytes[newline - 1] != '\r')
            return {.begin = begin_,
                    .end = 0,
                    .refusal = Refusal{400, "a line does not end with CR LF"}};
        scanned_ = newline + 1;
        if (scanned_ - begin_ > size_max) break;  // however much of it came at once
        if (newline - 1 == line_ && line_ != begin_)
            return {.begin = begin_, .end = scanned_, .refusal = {}};
        line_ = scanned_;
    }
    scanned_ = bytes.size();
    if (bytes.size() - begin_ > size_max)
        return {
            .begin = begin_, .end = 0, .refusal = Refusal{431, "the request's head is too large"}};
    return {.begin = begin_, .end = 0, .refusal = {}};
}

namespace {

/// RFC 9110 section 5.6.2.
constexpr std::array<bool, 256> make_token_bytes() {
    std::array<bool, 256> is_token{};
    for (const char c : std::string_view{
             "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"})
        is_token[static_cast<unsigned char>(c)] = true;
    return is_token;
}
constexpr auto token_bytes = make_token_bytes();

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return token_bytes[static_cast<unsigned char>(c)];
    });
}

/// RFC 9110 section 5.5: visible characters, blanks, tabs, and bytes above ASCII.
bool is_field_value(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7F;
    });
}

/// Visible ASCII: what a target may consist of (RFC 3986), leniently as to which.
bool is_target(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

/// Takes the line up to CR LF off the front of `head`.
std::string_view take_line(std::string_view& head) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    return line;
}

std::optional<Refusal> read_request_line(std::string_view line, Request& request,
                                         std::string_view& target) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return Refusal{400, "the request line is malformed"};
    const auto method = line.substr(0, first);
    target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(method) || method.size() > 32) return Refusal{400, "the method is malformed"};
    if (!is_target(target)) return Refusal{400, "the request target is malformed"};
    const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                            version[6] == '.' && version[5] >= '0' && version[5] <= '9' &&
                            version[7] >= '0' && version[7] <= '9';
    if (!is_version) return Refusal{400, "the protocol version is malformed"};
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return Refusal{505, "only HTTP/1.0 and HTTP/1.1 are spoken so"};
    request.version = version == "HTTP/1.1" ? Version::http11 : Version::http10;
    request.method_name = method;
    request.method = to_method(method);
    return std::nullopt;
}

std::optional<Refusal> read_fields(std::string_view head, const Limits& limits, Headers& headers) {
    for (;;) {
        const auto line = take_line(head);
        if (line.empty()) return std::nullopt;
        if (headers.size() >= limits.header_fields_max)
            return Refusal{431, "too many header fields"};
        if (line.front() == ' ' || line.front() == '\t')
            return Refusal{400, "a header field is folded over lines"};
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return Refusal{400, "a header field's name is malformed"};
        const auto value = text::trim(line.substr(colon + 1));
        if (!is_field_value(value)) return Refusal{400, "a header field's value is malformed"};
        headers.add(line.substr(0, colon), value);
    }
}

/// RFC 9112 section 6: exactly one way to tell where the body ends.
std::optional<Refusal> read_body_end(const Request& request, Framing& framing) {
    const auto& headers = request.headers;
    const auto codings = headers.count("transfer-encoding");
    const auto lengths = headers.count("content-length");
    if (codings > 0) {
        if (request.version == Version::http10)
            return Refusal{400, "Transfer-Encoding does not go with HTTP/1.0"};
        if (lengths > 0) return Refusal{400, "Content-Length beside Transfer-Encoding"};
        if (codings > 1) return Refusal{400, "more than one Transfer-Encoding field"};
        if (!text::iequals(*headers.find("transfer-encoding"), "chunked"))
            return Refusal{501, "a transfer coding other than chunked"};
        framing.is_chunked = true;
    }
    if (lengths > 1) return Refusal{400, "more than one Content-Length field"};
    if (lengths == 1) {
        const auto text = *headers.find("content-length");
        const auto length = text::to_integer(text);
        if (!length || *length < 0 || text.front() == '-')
            return Refusal{400, "Content-Length is malformed"};
        framing.content_length = static_cast<std::uint64_t>(*length);
    }
    return std::nullopt;
}

std::optional<Refusal> read_framing(const Request& request, Framing& framing) {
    if (auto refusal = read_body_end(request, framing)) return refusal;
    const auto& headers = request.headers;
    const bool closes = headers.has_token("connection", "close");
    const bool keeps =
        request.version == Version::http11 || headers.has_token("connection", "keep-alive");
    framing.keep_alive = keeps && !closes;
    const auto expectation = headers.find("expect");
    if (expectation && !text::iequals(*expectation, "100-continue"))
        return Refusal{417, "an unknown expectation"};
    framing.expects_continue = expectation && request.version == Version::http11;
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> read_head(std::string_view head, const Limits& limits, Request& request,
                                 Framing& framing) {
    std::string_view target;
    if (auto refusal = read_request_line(take_line(head), request, target)) return refusal;
    if (auto refusal = read_fields(head, limits, request.headers)) return refusal;
    const auto hosts = request.headers.count("host");
    if (hosts > 1) return Refusal{400, "more than one Host field"};
    if (hosts == 0 && request.version == Version::http11)
        return Refusal{400, "the Host field is missing"};
    if (auto refusal = read_framing(request, framing)) return refusal;
    const auto applied = apply_target(request, target, request.headers.find("host").value_or(""));
    if (!applied) return Refusal{400, "the request target or the Host field is malformed"};
    return std::nullopt;
}

}  // namespace rhumb::http::h1
