#include "files/range.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb::files {

namespace {

/// A position as it is asked for: "first-last", "first-", "-suffix".
struct Asked {
    std::optional<std::uint64_t> first;
    std::optional<std::uint64_t> last;
};

/// A whole number, digits only; one beyond 64 bits is as far as any file goes.
std::optional<std::uint64_t> parse_position(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    std::uint64_t position = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), position);
    return parsed.ec == std::errc{} ? position : UINT64_MAX;
}

std::optional<Asked> parse_one(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto first = text.substr(0, dash);
    const auto last = text.substr(dash + 1);
    Asked asked{parse_position(first), parse_position(last)};
    const bool is_sound = (first.empty() || asked.first) && (last.empty() || asked.last) &&
                          (asked.first || asked.last) &&
                          !(asked.first && asked.last && *asked.first > *asked.last);
    return is_sound ? std::optional{asked} : std::nullopt;
}

/// The bytes of it that exist, if any.
std::optional<ByteRange> within(const Asked& asked, std::uint64_t size) {
    if (!asked.first) {
        const auto length = std::min(*asked.last, size);
        return length == 0 ? std::nullopt : std::optional{ByteRange{size - length, length}};
    }
    if (*asked.first >= size) return std::nullopt;
    const auto last = std::min(asked.last.value_or(UINT64_MAX), size - 1);
    return ByteRange{*asked.first, last - *asked.first + 1};
}

}  // namespace

RangeRequest parse_range(std::string_view value, std::uint64_t size) {
    value = text::trim(value);
    if (!text::istarts_with(value, "bytes=")) return {};
    value.remove_prefix(6);

    RangeRequest request{RangeRequest::Kind::parts, {}};
    std::uint64_t total = 0;
    std::size_t count = 0;
    while (!value.empty()) {
        const auto item = text::trim(value.substr(0, value.find(',')));
        value.remove_prefix(std::min(value.size(), value.find(',')));
        if (!value.empty()) value.remove_prefix(1);
        if (item.empty()) continue;  // empty members of a list are allowed (section 5.6.1)
        const auto asked = parse_one(item);
        if (!asked || ++count > parts_max) return {};
        const auto part = within(*asked, size);
        if (!part) continue;
        if (part->length > size - total) return {};
        total += part->length;
        request.parts.push_back(*part);
    }
    if (count == 0) return {};
    if (request.parts.empty()) request.kind = RangeRequest::Kind::unsatisfiable;
    return request;
}

std::string content_range(const ByteRange& part, std::uint64_t size) {
    return fmt::format("bytes {}-{}/{}", part.offset, part.offset + part.length - 1, size);
}

}  // namespace rhumb::files
