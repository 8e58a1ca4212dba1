#include "access/cookies.h"

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb::access {

std::optional<std::string> find_cookie(const http::Request& request, std::string_view name) {
    std::optional<std::string> value;
    // HTTP/2 may send a field for each cookie (RFC 9113 section 8.2.3).
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
        const auto field = request.headers.at(i);
        if (!text::iequals(field.name, "cookie")) continue;
        for (const auto pair : text::split(field.value, ';')) {
            const auto trimmed = text::trim(pair);
            const auto equals = trimmed.find('=');
            if (equals == std::string_view::npos || trimmed.substr(0, equals) != name) continue;
            auto found = trimmed.substr(equals + 1);
            if (found.size() >= 2 && found.front() == '"' && found.back() == '"')
                found = found.substr(1, found.size() - 2);
            if (value && *value != found) return std::nullopt;
            value = std::string{found};
        }
    }
    return value;
}

void set_cookie(http::Response& response, std::string_view name, std::string_view value,
                std::optional<std::chrono::seconds> max_age) {
    auto cookie = fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Lax", name, value);
    if (max_age) cookie += fmt::format("; Max-Age={}", max_age->count());
    response.headers.add("set-cookie", cookie);
}

void remove_cookie(http::Response& response, std::string_view name) {
    set_cookie(response, name, "", std::chrono::seconds{0});
}

}  // namespace rhumb::access
