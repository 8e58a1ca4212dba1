#include "pki/names.h"

#include <algorithm>
#include <array>
#include <optional>

#include <arpa/inet.h>

#include "base/text.h"

namespace rhumb::pki {

namespace {

constexpr std::size_t dns_size_max = 253;  // RFC 1035 section 3.1, less the length bytes
constexpr std::size_t label_size_max = 63;

/// The bytes of an address in text; nothing when it is none.
std::optional<std::string> address_bytes(const std::string& text) {
    std::array<char, 16> bytes{};
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return std::string{bytes.data(), 4};
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
        return std::string{bytes.data(), 16};
    return std::nullopt;
}

bool is_label_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// What is wrong with a label; "" when nothing is.
std::string_view fault_of_label(std::string_view label) {
    if (label.empty()) return "it has an empty label";
    if (label.size() > label_size_max) return "a label is longer than 63 bytes";
    if (label.front() == '-' || label.back() == '-') return "a label begins or ends with a hyphen";
    if (!std::ranges::all_of(label, is_label_character))
        return "only letters, digits, hyphens and dots can be in a name";
    return {};
}

bool is_number(std::string_view label) {
    return std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
}

/// What is wrong with a DNS name in lower case; "" when nothing is.
std::string_view fault_of_dns(std::string_view name) {
    if (name.size() > dns_size_max) return "it is longer than 253 bytes";
    if (!std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return "write it in its ASCII form, xn--…";
    const bool is_wildcard = name.starts_with("*.");
    if (is_wildcard) name.remove_prefix(2);
    const auto labels = text::split(name, '.');
    for (const auto label : labels)
        if (const auto fault = fault_of_label(label); !fault.empty()) return fault;
    if (is_number(labels.back())) return "it looks like an address, and is none";
    if (is_wildcard && labels.size() < 2)
        return "clients refuse a wildcard for a whole top-level domain; name a domain below it";
    return {};
}

}  // namespace

Result<Name> Name::parse(std::string_view text) {
    auto host = text::to_lower(text::trim(text));
    if (host.find('\0') != std::string::npos)
        return fail(ErrorKind::invalid, "a name holds a zero byte");
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (const auto address = address_bytes(host)) return from_address(*address);
    if (host.ends_with('.')) host.pop_back();
    if (const auto fault = fault_of_dns(host); !fault.empty())
        return fail(ErrorKind::invalid, "«{}» is no host name or address: {}", text, fault);
    return Name{Kind::dns, std::move(host)};
}

Result<Name> Name::from_address(std::string_view bytes) {
    if (bytes.size() != 4 && bytes.size() != 16)
        return fail(ErrorKind::invalid, "an address has 4 or 16 bytes, not {}", bytes.size());
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
    return Name{Kind::ip, text.data()};
}

std::string Name::address() const {
    return is_ip() ? address_bytes(text_).value_or("") : std::string{};
}

Result<std::vector<Name>> parse_names(std::span<const std::string> texts) {
    std::vector<Name> names;
    for (const auto& text : texts) {
        TRY(auto name, Name::parse(text));
        names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.size() > names_max)
        return fail(ErrorKind::too_large, "{} names; a certificate can have {}", names.size(),
                    names_max);
    return names;
}

std::vector<std::string> to_texts(std::span<const Name> names) {
    std::vector<std::string> texts;
    for (const auto& name : names) texts.push_back(name.text());
    return texts;
}

bool covers(const Name& pattern, const Name& name) {
    if (pattern == name) return true;
    if (!pattern.is_wildcard() || name.is_ip() || name.is_wildcard()) return false;
    const auto dot = name.text().find('.');
    return dot != std::string::npos &&
           std::string_view{name.text()}.substr(dot) == std::string_view{pattern.text()}.substr(1);
}

}  // namespace rhumb::pki
