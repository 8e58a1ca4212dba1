#include "gis/feature/letters.h"

namespace rhumb::gis {

namespace {

bool is_between(unsigned c, unsigned first, unsigned last) { return first <= c && c <= last; }

/// Latin Extended-A: pairs of upper and lower, even and odd, but odd and even in two stretches.
bool is_odd_upper(unsigned c) { return is_between(c, 0x139, 0x148) || is_between(c, 0x179, 0x17E); }
bool is_paired(unsigned c) {
    return is_between(c, 0x100, 0x137) || is_between(c, 0x139, 0x148) ||
           is_between(c, 0x14A, 0x177) || is_between(c, 0x179, 0x17E);
}

// The rows of a table, one condition each.
// NOLINTNEXTLINE(readability-function-cognitive-complexity)
unsigned upper(unsigned c) {
    if (is_between(c, 'a', 'z')) return c - 32;
    if (is_between(c, 0xE0, 0xFE) && c != 0xF7) return c - 32;
    if (c == 0xFF) return 0x178;
    if (c == 0x131) return 'I';
    if (is_paired(c) && c != 0x130)
        return is_odd_upper(c) ? (c % 2 == 0 ? c - 1 : c) : (c % 2 == 1 ? c - 1 : c);
    if (c == 0x3C2) return 0x3A3;
    if (is_between(c, 0x3B1, 0x3C9)) return c - 32;
    if (is_between(c, 0x3AD, 0x3AF)) return c - 37;
    if (c == 0x3AC) return 0x386;
    if (c == 0x3CC) return 0x38C;
    if (is_between(c, 0x3CD, 0x3CE)) return c - 63;
    if (is_between(c, 0x430, 0x44F)) return c - 32;
    if (is_between(c, 0x450, 0x45F)) return c - 80;
    return c;
}

// The same table the other way.
// NOLINTNEXTLINE(readability-function-cognitive-complexity)
unsigned lower(unsigned c) {
    if (is_between(c, 'A', 'Z')) return c + 32;
    if (is_between(c, 0xC0, 0xDE) && c != 0xD7) return c + 32;
    if (c == 0x178) return 0xFF;
    if (c == 0x130) return 'i';
    if (is_paired(c) && c != 0x131)
        return is_odd_upper(c) ? (c % 2 == 1 ? c + 1 : c) : (c % 2 == 0 ? c + 1 : c);
    if (is_between(c, 0x391, 0x3A9) && c != 0x3A2) return c + 32;
    if (is_between(c, 0x388, 0x38A)) return c + 37;
    if (c == 0x386) return 0x3AC;
    if (c == 0x38C) return 0x3CC;
    if (is_between(c, 0x38E, 0x38F)) return c + 63;
    if (is_between(c, 0x410, 0x42F)) return c + 32;
    if (is_between(c, 0x400, 0x40F)) return c + 80;
    return c;
}

/// Only characters of one or two bytes change, and they stay as long as they are.
template <class Change>
std::string changed(std::string_view text, Change change) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]);
        unsigned code = first;
        if (first >= 0xC2 && first < 0xE0 && i + 1 < text.size()) {
            code = (first & 0x1FU) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3FU);
            code = change(code);
        } else if (first < 0x80) {
            code = change(code);
        } else {
            result += text[i];
            continue;
        }
        if (code < 0x80) {
            result += static_cast<char>(code);
        } else {
            result += static_cast<char>(0xC0U | code >> 6U);
            result += static_cast<char>(0x80U | (code & 0x3FU));
        }
    }
    return result;
}

}  // namespace

std::string to_upper(std::string_view utf8) { return changed(utf8, upper); }
std::string to_lower(std::string_view utf8) { return changed(utf8, lower); }

}  // namespace rhumb::gis
