#pragma once
/// Small operations on text that more than one module needs. ASCII only where case matters: the
/// names of protocols are ASCII, and a locale must not change what a server accepts.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::text {

/// 'A' to 'a', all else as it is.
constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
std::string to_lower(std::string_view text);

/// Equal but for ASCII case.
bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);

/// Without blanks and tabs (and CR, LF) at both ends.
std::string_view trim(std::string_view text);

/// The parts between `separator`; empty parts are kept; "" gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

std::string join(std::span<const std::string> parts, std::string_view separator);

/// A whole number in decimal, all of `text`, no sign for unsigned; nothing when it does not fit.
std::optional<std::int64_t> to_integer(std::string_view text);
std::optional<double> to_number(std::string_view text);

/// Lower-case hexadecimal, and back.
std::string to_hex(std::string_view bytes);
Result<std::string> from_hex(std::string_view hex);

/// RFC 4648 section 4 (`+/`, padded), and section 5 (`-_`, not padded).
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);

/// Percent-decoding of RFC 3986 section 2.1. Nothing when an escape is cut short or not
/// hexadecimal. `plus_is_blank` as in application/x-www-form-urlencoded.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);

/// Everything but unreserved characters (RFC 3986 section 2.3) and those in `keep` becomes %XX.
std::string percent_encode(std::string_view text, std::string_view keep = "");

/// & < > " ' as entities: safe as text and within a quoted attribute of HTML and XML.
std::string escape_html(std::string_view text);

/// True when all of `text` is valid UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

}  // namespace rhumb::text
