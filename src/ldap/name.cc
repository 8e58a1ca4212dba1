#include "ldap/name.h"

#include <algorithm>
#include <cstdlib>

#include <lber.h>
#include <ldap.h>

#include "base/handle.h"
#include "base/text.h"

namespace rhumb::ldap {

namespace {

/// What anybody calls a distinguished name is far below it.
constexpr std::size_t name_bytes_max = 8192;

std::string hex_escape(char c) { return "\\" + text::to_hex(std::string_view{&c, 1}); }

void free_name(LDAPRDN* name) { ldap_dnfree(name); }
using NameHandle = Handle<LDAPRDN, free_name>;

NameHandle read_name(std::string_view name) {
    if (name.empty() || name.size() > name_bytes_max || name.find('\0') != std::string_view::npos)
        return nullptr;
    LDAPDN read = nullptr;
    if (ldap_str2dn(std::string{name}.c_str(), &read, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        return nullptr;
    return NameHandle{read};
}

std::string_view to_view(const berval& value) { return {value.bv_val, value.bv_len}; }

/// Without blanks at the ends, inner ones as one, lower case: as most attributes in names are
/// compared (caseIgnoreMatch), for ASCII.
std::string folded(std::string_view value) {
    std::string folded;
    for (const char c : text::trim(value))
        if (c != ' ' || !folded.ends_with(' ')) folded += text::to_lower(c);
    return folded;
}

std::string comparable_part(LDAPRDN part) {
    std::vector<std::string> values;
    for (auto* one = part; *one != nullptr; ++one) {
        const auto value = to_view((*one)->la_value);
        const bool is_text = ((*one)->la_flags & LDAP_AVA_BINARY) == 0;
        values.push_back(text::to_lower(to_view((*one)->la_attr)) + "=" +
                         (is_text ? escape_in_name(folded(value)) : "#" + text::to_hex(value)));
    }
    std::ranges::sort(values);
    return text::join(values, "+");
}

/// Walks over a filter (RFC 4515 section 3).
class FilterReader {
public:
    explicit FilterReader(std::string_view text) : rest_{text} {}

    bool is_good() { return read(0) && rest_.empty(); }

private:
    static constexpr int depth_max = 50;

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool read(int depth) {
        if (depth == depth_max || !take('(')) return false;
        if (take('!')) return read(depth + 1) && take(')');
        if (!take('&') && !take('|')) return read_item() && take(')');
        while (rest_.starts_with('('))
            if (!read(depth + 1)) return false;
        return take(')');
    }

    /// attribute=value, >=, <=, ~=, and attribute:dn:rule:=value.
    bool read_item() {
        const auto end = rest_.find_first_of("=()");
        if (end == std::string_view::npos || rest_[end] != '=') return false;
        auto attribute = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        if (attribute.ends_with('>') || attribute.ends_with('<') || attribute.ends_with('~') ||
            attribute.ends_with(':'))
            attribute.remove_suffix(1);
        return !attribute.empty() && std::ranges::all_of(attribute, is_of_attribute) &&
               read_value();
    }

    static bool is_of_attribute(char c) {
        const char low = text::to_lower(c);
        return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view{"-.;:_"}.find(c) != std::string_view::npos;
    }

    bool read_value() {
        while (!rest_.empty() && rest_[0] != ')') {
            if (rest_[0] == '(' || rest_[0] == '\0') return false;
            if (take('\\')) {
                if (rest_.size() < 2 || !text::from_hex(rest_.substr(0, 2))) return false;
                rest_.remove_prefix(2);
            } else {
                rest_.remove_prefix(1);
            }
        }
        return true;
    }

    std::string_view rest_;
};

}  // namespace

std::string escape_in_filter(std::string_view value) {
    std::string escaped;
    for (const char c : value) {
        const bool is_special = c == '*' || c == '(' || c == ')' || c == '\\' ||
                                static_cast<unsigned char>(c) < 0x20 ||
                                static_cast<unsigned char>(c) >= 0x7F;
        escaped += is_special ? hex_escape(c) : std::string(1, c);
    }
    return escaped;
}

std::string escape_in_name(std::string_view value) {
    constexpr std::string_view special = "\"+,;<>=\\#";
    std::string escaped;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool is_at_end = i == 0 || i + 1 == value.size();
        const bool is_special = special.find(c) != std::string_view::npos ||
                                static_cast<unsigned char>(c) < 0x20 ||
                                static_cast<unsigned char>(c) >= 0x7F || (c == ' ' && is_at_end);
        escaped += is_special ? hex_escape(c) : std::string(1, c);
    }
    return escaped;
}

std::string filled_in(std::string_view pattern, std::string_view value) {
    constexpr std::string_view gap = "{name}";
    std::string filled;
    for (auto at = pattern.find(gap); at != std::string_view::npos; at = pattern.find(gap)) {
        filled.append(pattern.substr(0, at)).append(value);
        pattern.remove_prefix(at + gap.size());
    }
    return filled.append(pattern);
}

bool is_name(std::string_view name) {
    const auto read = read_name(name);
    return read && read.get()[0] != nullptr;
}

std::optional<std::string> comparable(std::string_view name) {
    const auto read = read_name(name);
    if (!read) return std::nullopt;
    std::vector<std::string> parts;
    for (auto* part = read.get(); *part != nullptr; ++part) parts.push_back(comparable_part(*part));
    return text::join(parts, ",");
}

std::optional<std::string> first_value(std::string_view name, std::string_view attribute) {
    const auto read = read_name(name);
    if (!read || read.get()[0] == nullptr) return std::nullopt;
    for (auto* one = read.get()[0]; *one != nullptr; ++one) {
        const bool is_text = ((*one)->la_flags & LDAP_AVA_BINARY) == 0;
        if (is_text && text::iequals(to_view((*one)->la_attr), attribute))
            return std::string{to_view((*one)->la_value)};
    }
    return std::nullopt;
}

bool is_filter(std::string_view filter) {
    return filter.size() <= name_bytes_max && FilterReader{filter}.is_good();
}

}  // namespace rhumb::ldap
