#include "pki/name_rules.h"

#include <algorithm>

#include "base/text.h"
#include "pki/public_suffix.h"

namespace rhumb::pki {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label_character(char c) {
    const char lower = text::to_lower(c);
    return (lower >= 'a' && lower <= 'z') || is_digit(c) || c == '-';
}

std::string_view fault_of_label(std::string_view label, Underscore underscore) {
    if (label.empty()) return "a label is empty";
    if (label.size() > 63) return "a label is longer than 63 characters";
    if (label.find('*') != std::string_view::npos)
        return "a wildcard must be the whole first label";
    if (underscore == Underscore::refused && label.find('_') != std::string_view::npos)
        return "there is an underscore in it";
    if (!std::ranges::all_of(label, [](char c) { return is_label_character(c) || c == '_'; }))
        return "there is something else in it than letters, digits and hyphens";
    if (label.front() == '-' || label.back() == '-') return "a label begins or ends with a hyphen";
    return {};
}

/// Lower-case domain behind the @; the text is well formed.
std::string domain_of(std::string_view email) {
    return text::to_lower(email.substr(email.find('@') + 1));
}

}  // namespace

std::string_view fault_of_dns_name(std::string_view text, Underscore underscore) {
    if (text.size() > 253) return "it is longer than 253 characters";
    if (text == "*") return "it is a wildcard for everything";
    if (text.starts_with("*.")) {
        text.remove_prefix(2);
        if (text.find('.') == std::string_view::npos)
            return "it is a wildcard for a top-level domain";
    }
    const auto labels = text::split(text, '.');
    for (const auto label : labels)
        if (const auto fault = fault_of_label(label, underscore); !fault.empty()) return fault;
    if (std::ranges::all_of(labels.back(), is_digit)) return "it is an address, and not as one";
    return {};
}

std::string_view fault_of_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos) return "there is no @ in it";
    if (text.find('@', at + 1) != std::string_view::npos) return "there is more than one @ in it";
    if (at == 0) return "there is nothing before the @";
    if (text.find('\0') != std::string_view::npos) return "there is a zero byte in it";
    return fault_of_dns_name(text.substr(at + 1));
}

std::string_view fault_of(const GeneralName& name, Underscore underscore) {
    switch (name.kind) {
        case GeneralName::Kind::dns: return fault_of_dns_name(name.value, underscore);
        case GeneralName::Kind::email: return fault_of_email(name.value);
        case GeneralName::Kind::ip:
            if (name.value.size() != 4 && name.value.size() != 16)
                return "it has neither 4 nor 16 bytes";
            return {};
        default: return {};
    }
}

std::string shown(const GeneralName& name) {
    switch (name.kind) {
        case GeneralName::Kind::dns:
        case GeneralName::Kind::email:
        case GeneralName::Kind::uri:
            // What is not text would spoil the message.
            if (text::is_utf8(name.value) && name.value.find('\0') == std::string::npos)
                return fmt::format("«{}»", name.value);
            return fmt::format("«{}» (hexadecimal)", text::to_hex(name.value));
        case GeneralName::Kind::ip:
            if (const auto address = Name::from_address(name.value))
                return fmt::format("«{}»", address->text());
            return fmt::format("an address of {} bytes", name.value.size());
        case GeneralName::Kind::directory: return "a directory name";
        case GeneralName::Kind::other: return "a name of a kind that is not known";
    }
    return {};
}

namespace {

/// Of one DNS name of the certificate. `wanted` is a DNS name, too.
Coverage coverage_by(const std::string& text, const Name& wanted) {
    if (text == wanted.text()) return Coverage::full;
    const auto dot = wanted.text().find('.');
    if (!text.starts_with("*.") || wanted.is_wildcard() || dot == std::string::npos)
        return Coverage::none;
    if (std::string_view{text}.substr(1) != std::string_view{wanted.text()}.substr(dot))
        return Coverage::none;
    const auto pattern = Name::parse(text);
    if (!pattern) return Coverage::none;
    return is_public_suffix(*pattern) ? Coverage::by_public_suffix : Coverage::full;
}

}  // namespace

Coverage coverage(const AlternativeNames& names, const Name& wanted) {
    auto best = Coverage::none;
    const auto wanted_kind = wanted.is_ip() ? GeneralName::Kind::ip : GeneralName::Kind::dns;
    for (const auto& name : names.names) {
        if (name.kind != wanted_kind) continue;
        if (wanted.is_ip())
            best = std::max(best, name.value == wanted.address() ? Coverage::full : Coverage::none);
        else
            best = std::max(best, coverage_by(text::to_lower(name.value), wanted));
    }
    return best;
}

namespace {

/// A host name or an address, in whatever spelling.
bool looks_like_a_server(std::string_view common_name) {
    if (common_name.find(' ') != std::string_view::npos) return false;
    return common_name.find_first_of(".:") != std::string_view::npos ||
           (common_name.starts_with("0x") && common_name.size() > 2);
}

bool is_spelled_as(const GeneralName& name, std::string_view text) {
    if (name.kind == GeneralName::Kind::dns) return name.value == text;
    if (name.kind != GeneralName::Kind::ip) return false;
    const auto address = Name::from_address(name.value);
    return address && address->text() == text;
}

}  // namespace

std::string_view fault_of_common_name(std::string_view common_name, const AlternativeNames& names) {
    if (!looks_like_a_server(common_name)) return {};
    const auto is_it = [&](const GeneralName& name) { return is_spelled_as(name, common_name); };
    if (std::ranges::any_of(names.names, is_it)) return {};
    const auto wanted = Name::parse(common_name);
    if (!wanted || wanted->text() != common_name) return "it is not a copy of one of its names";
    const auto is_elsewhere = [&](const GeneralName& name) {
        return name.kind == GeneralName::Kind::dns &&
               !text::to_lower(name.value).ends_with("." + wanted->text());
    };
    if (wanted->is_ip() || std::ranges::any_of(names.names, is_elsewhere))
        return "it is none of its names";
    return {};
}

bool is_same_mailbox(std::string_view a, std::string_view b) {
    return a.substr(0, a.find('@')) == b.substr(0, b.find('@')) && domain_of(a) == domain_of(b);
}

bool has_email(const AlternativeNames& names, std::string_view email) {
    return std::ranges::any_of(names.names, [&](const GeneralName& name) {
        return name.kind == GeneralName::Kind::email && fault_of_email(name.value).empty() &&
               is_same_mailbox(name.value, email);
    });
}

}  // namespace rhumb::pki
