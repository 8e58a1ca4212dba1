#include "http/h2/response_head.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text.h"

namespace rhumb::http::h2 {

namespace {

constexpr int lives_long = NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;

/// RFC 9113 section 8.2.2; and what the protocol sets itself.
bool is_ours_to_say(std::string_view name) {
    switch (name.size()) {
        case 4: return text::iequals(name, "date");
        case 7: return text::iequals(name, "upgrade");
        case 10: return text::iequals(name, "connection") || text::iequals(name, "keep-alive");
        case 14: return text::iequals(name, "content-length");
        case 16: return text::iequals(name, "proxy-connection");
        case 17: return text::iequals(name, "transfer-encoding");
        default: return false;
    }
}

bool is_lower(std::string_view name) {
    return std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

nghttp2_nv make_field(std::string_view name, std::string_view value, int flags) {
    // nghttp2 never writes through these pointers; its interface is older than its manners.
    return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
            reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
            value.size(), static_cast<std::uint8_t>(flags)};
}

bool has_content(Method method, int status) {
    return method != Method::head && status >= 200 && status != 204 && status != 304;
}

void fill_fields(std::vector<nghttp2_nv>& fields, FieldText& text, const Response& response,
                 Method method, std::optional<std::uint64_t> length, std::string_view date) {
    fields.clear();
    const int status = response.status >= 200 && response.status <= 999 ? response.status : 500;
    std::to_chars(text.status, text.status + sizeof text.status, status);
    fields.push_back(
        make_field(":status", {text.status, sizeof text.status}, NGHTTP2_NV_FLAG_NO_COPY_NAME));
    for (std::size_t i = 0; i < response.headers.size(); ++i) {
        const auto [name, value] = response.headers.at(i);
        if (is_ours_to_say(name)) continue;
        // nghttp2 writes names in lower case only when it may copy them.
        fields.push_back(
            make_field(name, value, is_lower(name) ? lives_long : NGHTTP2_NV_FLAG_NO_COPY_VALUE));
    }
    if (length && (method == Method::head || has_content(method, status)) && status != 204 &&
        status != 304) {
        const auto* end = std::to_chars(text.length, text.length + sizeof text.length, *length).ptr;
        fields.push_back(make_field("content-length",
                                    {text.length, static_cast<std::size_t>(end - text.length)},
                                    NGHTTP2_NV_FLAG_NO_COPY_NAME));
    }
    fields.push_back(make_field("date", date, NGHTTP2_NV_FLAG_NO_COPY_NAME));
}

}  // namespace rhumb::http::h2
