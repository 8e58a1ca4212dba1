#include "http/message.h"

#include <algorithm>
#include <array>
#include <utility>

#include <unistd.h>

namespace rhumb::http {

Method to_method(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Method>, 9> methods{
        {{"GET", Method::get},
         {"HEAD", Method::head},
         {"POST", Method::post},
         {"PUT", Method::put},
         {"PATCH", Method::patch},
         {"DELETE", Method::delete_},
         {"OPTIONS", Method::options},
         {"TRACE", Method::trace},
         {"CONNECT", Method::connect}}};
    for (const auto& [text, method] : methods)
        if (text == name) return method;
    return Method::other;
}

std::string_view to_string(Version version) {
    switch (version) {
        case Version::http10: return "HTTP/1.0";
        case Version::http11: return "HTTP/1.1";
        case Version::http2: return "HTTP/2.0";
    }
    return "HTTP/1.1";
}

net::Task<std::string> read_all(RequestBody& body, std::size_t size_max) {
    std::string all;
    for (;;) {
        CO_TRY(const auto piece, co_await body.read());
        if (piece.empty()) co_return all;
        if (piece.size() > size_max - all.size())
            co_return fail(ErrorKind::too_large,
                           "the request body is larger than {} bytes; send less", size_max);
        all.append(piece);
    }
}

std::string make_origin(bool is_secure, std::string_view host, std::uint16_t port) {
    std::string text{is_secure ? "https://" : "http://"};
    if (host.find(':') != std::string_view::npos) {
        text.append("[").append(host).append("]");
    } else {
        text.append(host);
    }
    if (port != 0 && port != (is_secure ? 443 : 80)) text.append(":").append(std::to_string(port));
    return text;
}

std::string Request::origin() const {
    if (!public_origin.empty()) return public_origin;
    const bool is_secure = channel != nullptr && channel->is_secure;
    return make_origin(is_secure, host.empty() && channel != nullptr ? channel->local.ip : host,
                       port);
}

std::string Request::target() const {
    std::string text{raw_path};
    if (has_query) text.append("?").append(query);
    return text;
}

OpenFile::~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
}

namespace {

struct Phrase {
    int status;
    std::string_view text;
};

/// RFC 9110 section 15 and the registry behind it, ordered by status.
constexpr std::array phrases{Phrase{100, "Continue"},
                             Phrase{101, "Switching Protocols"},
                             Phrase{103, "Early Hints"},
                             Phrase{200, "OK"},
                             Phrase{201, "Created"},
                             Phrase{202, "Accepted"},
                             Phrase{203, "Non-Authoritative Information"},
                             Phrase{204, "No Content"},
                             Phrase{205, "Reset Content"},
                             Phrase{206, "Partial Content"},
                             Phrase{207, "Multi-Status"},
                             Phrase{300, "Multiple Choices"},
                             Phrase{301, "Moved Permanently"},
                             Phrase{302, "Found"},
                             Phrase{303, "See Other"},
                             Phrase{304, "Not Modified"},
                             Phrase{307, "Temporary Redirect"},
                             Phrase{308, "Permanent Redirect"},
                             Phrase{400, "Bad Request"},
                             Phrase{401, "Unauthorized"},
                             Phrase{402, "Payment Required"},
                             Phrase{403, "Forbidden"},
                             Phrase{404, "Not Found"},
                             Phrase{405, "Method Not Allowed"},
                             Phrase{406, "Not Acceptable"},
                             Phrase{407, "Proxy Authentication Required"},
                             Phrase{408, "Request Timeout"},
                             Phrase{409, "Conflict"},
                             Phrase{410, "Gone"},
                             Phrase{411, "Length Required"},
                             Phrase{412, "Precondition Failed"},
                             Phrase{413, "Content Too Large"},
                             Phrase{414, "URI Too Long"},
                             Phrase{415, "Unsupported Media Type"},
                             Phrase{416, "Range Not Satisfiable"},
                             Phrase{417, "Expectation Failed"},
                             Phrase{421, "Misdirected Request"},
                             Phrase{422, "Unprocessable Content"},
                             Phrase{425, "Too Early"},
                             Phrase{426, "Upgrade Required"},
                             Phrase{428, "Precondition Required"},
                             Phrase{429, "Too Many Requests"},
                             Phrase{431, "Request Header Fields Too Large"},
                             Phrase{451, "Unavailable For Legal Reasons"},
                             Phrase{500, "Internal Server Error"},
                             Phrase{501, "Not Implemented"},
                             Phrase{502, "Bad Gateway"},
                             Phrase{503, "Service Unavailable"},
                             Phrase{504, "Gateway Timeout"},
                             Phrase{505, "HTTP Version Not Supported"},
                             Phrase{507, "Insufficient Storage"},
                             Phrase{511, "Network Authentication Required"}};

}  // namespace

std::string_view reason_phrase(int status) {
    if (status == 200) return "OK";
    const auto* const found = std::ranges::lower_bound(phrases, status, {}, &Phrase::status);
    return found != phrases.end() && found->status == status ? found->text : std::string_view{};
}

int to_status(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid: return 400;
        case ErrorKind::denied: return 403;
        case ErrorKind::not_found: return 404;
        case ErrorKind::conflict: return 409;
        case ErrorKind::too_large: return 413;
        case ErrorKind::unavailable: return 503;
        case ErrorKind::internal: return 500;
    }
    return 500;
}

Response text_response(int status, std::string_view content_type, std::string body) {
    Response response;
    response.status = status;
    response.headers.add("content-type", content_type);
    response.headers.add("x-content-type-options", "nosniff");
    response.body = std::move(body);
    return response;
}

Response redirect_response(int status, std::string_view location) {
    Response response;
    response.status = status;
    response.headers.add("location", location);
    return response;
}

}  // namespace rhumb::http
