#include "gis/feature/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace rhumb::gis::json_text {

namespace {

/// Bytes that stand for themselves.
constexpr std::array<bool, 256> plain_bytes() {
    std::array<bool, 256> plain{};
    for (std::size_t i = 0; i < plain.size(); ++i)
        plain[i] = i >= 0x20 && i != '"' && i != '\\' && i != '<' && i != '>' && i != 0x7F;
    return plain;
}
constexpr auto is_plain = plain_bytes();

void append_escape(std::string& to, char c) {
    switch (c) {
        case '"': to += "\\\""; return;
        case '\\': to += "\\\\"; return;
        case '\n': to += "\\n"; return;
        case '\r': to += "\\r"; return;
        case '\t': to += "\\t"; return;
        default: break;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    to += "\\u00";
    to += hex[byte >> 4U];
    to += hex[byte & 0xFU];
}

/// Every sequence that is not UTF-8 replaced; slow, for text that is known to be broken.
std::string mended(std::string_view text) {
    std::string whole;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t length = 4;
        while (length > 0 && (i + length > text.size() || !text::is_utf8(text.substr(i, length))))
            --length;
        if (length == 0) {
            whole += "\xEF\xBF\xBD";
            ++i;
        } else {
            whole += text.substr(i, length);
            i += length;
        }
    }
    return whole;
}

void trim_zeros(std::string& to, std::size_t from) {
    if (to.find('.', from) == std::string::npos) return;
    while (to.back() == '0') to.pop_back();
    if (to.back() == '.') to.pop_back();
}

}  // namespace

void append_string(std::string& to, std::string_view text) {
    if (!text::is_utf8(text)) {
        append_string(to, mended(text));
        return;
    }
    to += '"';
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_plain[static_cast<unsigned char>(text[i])]) continue;
        to.append(text, from, i - from);
        append_escape(to, text[i]);
        from = i + 1;
    }
    to.append(text, from, text.size() - from);
    to += '"';
}

void append_number(std::string& to, double number) {
    if (!std::isfinite(number)) {
        to += "null";
        return;
    }
    std::array<char, 64> digits;
    const double size = std::fabs(number);
    const bool is_common = size == 0 || (size >= 1e-6 && size < 1e16);
    const auto end = is_common ? std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                               std::chars_format::fixed)
                               : std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                               std::chars_format::scientific);
    to.append(digits.data(), end.ptr);
}

void append_number(std::string& to, std::int64_t number) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    to.append(digits.data(), end.ptr);
}

void append_rounded(std::string& to, double number, int decimals) {
    if (!std::isfinite(number) || std::fabs(number) >= 1e15) {
        append_number(to, number);
        return;
    }
    std::array<char, 64> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                   std::chars_format::fixed, decimals);
    const std::size_t from = to.size();
    to.append(digits.data(), end.ptr);
    trim_zeros(to, from);
    if (std::string_view{to}.substr(from) == "-0") to.replace(from, 2, "0");
}

namespace {

/// Where the string that begins at `from` has its closing quote.
std::size_t string_end(std::string_view json, std::size_t from) {
    std::size_t i = from + 1;
    while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2U : 1U;
    return i;
}

}  // namespace

std::string pretty(std::string_view json) {
    std::string text;
    text.reserve(json.size() * 2);
    std::size_t depth = 0;
    const auto new_line = [&] {
        text += '\n';
        text.append(depth * 2, ' ');
    };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        switch (c) {
            case '"': {  // a string is copied as it is
                const std::size_t from = i;
                i = string_end(json, from);
                text += json.substr(from, i - from + 1);
                break;
            }
            case '{':
            case '[':
                text += c;
                if (i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']')) {
                    text += json[++i];
                } else {
                    ++depth;
                    new_line();
                }
                break;
            case '}':
            case ']':
                depth -= depth > 0 ? 1 : 0;
                new_line();
                text += c;
                break;
            case ',':
                text += c;
                new_line();
                break;
            case ':': text += ": "; break;
            case ' ':
            case '\n': break;
            default: text += c;
        }
    }
    return text;
}

}  // namespace rhumb::gis::json_text
