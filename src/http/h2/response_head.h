#pragma once
/// The fields of a response as HTTP/2 sends them.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "http/message.h"

namespace rhumb::http::h2 {

/// One field; `flags` are nghttp2's.
nghttp2_nv make_field(std::string_view name, std::string_view value, int flags);

/// True when a response to `method` with `status` has content (RFC 9110 section 6.4.1).
bool has_content(Method method, int status);

/// Text that the fields refer to until nghttp2 has copied it.
struct FieldText {
    char status[3];
    char length[20];
};

/// Fills `fields` with :status, the response's own fields, content-length where it is known and has
/// a meaning, and date. Refers to `response` without copying: it must live until the fields have
/// been sent (`text` and `date` are copied). Fields that belong to one connection of HTTP/1.1 (RFC
/// 9113 section 8.2.2) are left out.
void fill_fields(std::vector<nghttp2_nv>& fields, FieldText& text, const Response& response,
                 Method method, std::optional<std::uint64_t> length, std::string_view date);

}  // namespace rhumb::http::h2
