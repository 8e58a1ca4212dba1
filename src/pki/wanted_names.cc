#include "pki/wanted_names.h"

#include <algorithm>
#include <memory>

#include <idn2.h>

#include "base/text.h"

namespace rhumb::pki {

namespace {

/// Text that libidn2 has made.
struct IdnFreed {
    void operator()(char* text) const noexcept { idn2_free(text); }
};
using IdnText = std::unique_ptr<char, IdnFreed>;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The host in something that is more than a host; "" when nothing is left.
std::string_view host_in(std::string_view text) {
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos)
        text.remove_prefix(scheme + 3);
    text = text.substr(0, text.find_first_of("/?#\\"));
    if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
    const auto colon = text.rfind(':');
    const bool has_port = colon != std::string_view::npos && colon + 1 < text.size() &&
                          text.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    const bool is_bare_ipv6 = text.find(':') != colon && !text.starts_with("[");
    return has_port && !is_bare_ipv6 ? text.substr(0, colon) : text;
}

/// What it is, when it is something near to a name; "" otherwise.
std::string_view kind_near_to_name(std::string_view text) {
    if (text.find("://") != std::string_view::npos) return "a URL";
    if (text.find('@') != std::string_view::npos) return "an e-mail address";
    if (text.find_first_of("/\\") != std::string_view::npos) return "a name with a path";
    if (host_in(text) != text) return "a name with a port";
    return {};
}

tl::unexpected<Error> refuse_near(std::string_view text, std::string_view kind) {
    if (kind == "an e-mail address")
        return fail(ErrorKind::invalid,
                    "«{}» is {}; a certificate of a server is for a host: write its name alone",
                    text, kind);
    const auto host = host_in(text);
    if (host.empty())
        return fail(ErrorKind::invalid, "«{}» is {}; write the host name alone", text, kind);
    return fail(ErrorKind::invalid,
                "«{}» is {}; a certificate is for a host on all its ports and paths: write {}",
                text, kind, host);
}

Result<std::string> to_a_labels(std::string_view text) {
    const bool is_wildcard = text.starts_with("*.");
    const std::string domain{is_wildcard ? text.substr(2) : text};
    char* made = nullptr;
    // Not IDN2_USE_STD3_ASCII_RULES: with it libidn2 2.3 leaves out in silence what may not be in a
    // name. Without, such names are refused, by it or by Name::parse().
    const int code = idn2_to_ascii_8z(domain.c_str(), &made, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    const IdnText ascii{made};
    if (code != IDN2_OK || !ascii)
        return fail(ErrorKind::invalid,
                    "«{}» is no domain name that can be registered ({}); check its letters", text,
                    idn2_strerror(code));
    return (is_wildcard ? "*." : "") + std::string{ascii.get()};
}

}  // namespace

Result<Name> parse_wanted_name(std::string_view text) {
    const auto trimmed = text::trim(text);
    if (!text::is_utf8(trimmed))
        return fail(ErrorKind::invalid, "a name is not UTF-8; type it again in a UTF-8 terminal");
    if (trimmed.find('\0') != std::string_view::npos)
        return fail(ErrorKind::invalid, "a name holds a zero byte");
    if (const auto kind = kind_near_to_name(trimmed); !kind.empty())
        return refuse_near(trimmed, kind);
    if (is_ascii(trimmed)) return Name::parse(trimmed);
    TRY(const auto ascii, to_a_labels(trimmed));
    auto name = Name::parse(ascii);
    if (!name) return tl::unexpected(std::move(name).error().within(trimmed));
    return name;
}

Result<std::vector<Name>> parse_wanted_names(std::span<const std::string> texts) {
    if (texts.empty())
        return fail(ErrorKind::invalid, "no names: name at least one host name or address");
    std::vector<Name> names;
    for (const auto& text : texts) {
        TRY(auto name, parse_wanted_name(text));
        names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.size() > names_max)
        return fail(ErrorKind::too_large, "{} names; a certificate can have {}", names.size(),
                    names_max);
    return names;
}

std::string to_unicode(const Name& name) {
    if (name.is_ip() || name.text().find("xn--") == std::string::npos) return name.text();
    const bool is_wildcard = name.is_wildcard();
    char* made = nullptr;
    const int code = idn2_to_unicode_8z8z(name.text().c_str() + (is_wildcard ? 2 : 0), &made,
                                          IDN2_NONTRANSITIONAL);
    const IdnText unicode{made};
    if (code != IDN2_OK || !unicode) return name.text();
    auto shown = (is_wildcard ? "*." : "") + std::string{unicode.get()};
    const auto back = parse_wanted_name(shown);
    return back && *back == name ? shown : name.text();
}

}  // namespace rhumb::pki
