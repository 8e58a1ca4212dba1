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
    if (filter.empty() || filter.size() > name_bytes_max ||
        filter.find('\0') != std::string_view::npos)
        return false;
    BerElement* const element = ber_alloc_t(LBER_USE_DER);
    if (element == nullptr) return false;
    const bool is_good = ldap_put_vrFilter(element, std::string{filter}.c_str()) != -1;
    ber_free(element, 1);
    return is_good;
}

}  // namespace rhumb::ldap
