#include "access/secrets.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rhumb::access {

namespace {

constexpr std::array<std::string_view, 6> secret_names{"token",    "password",      "access_token",
                                                       "agstoken", "client_secret", "session"};
constexpr std::string_view token_begin = "rh1";
constexpr std::size_t token_tail_min = 24;  // shorter ones are none of ours

bool is_token_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

/// As often as anyone may have encoded it.
std::string decoded(std::string_view text) {
    std::string plain{text};
    for (int round = 0; round < 3 && plain.find('%') != std::string::npos; ++round) {
        auto once = text::percent_decode(plain);
        if (!once || *once == plain) break;
        plain = *std::move(once);
    }
    return plain;
}

/// "token=" within a value: an address that was put into a parameter.
bool holds_secret(std::string_view value) {
    const auto plain = text::to_lower(decoded(value));
    return std::ranges::any_of(secret_names, [&plain](std::string_view name) {
        const auto at = plain.find(std::string{name} + "=");
        return at != std::string::npos;
    });
}

std::string mask_tokens(std::string_view text) {
    std::string safe;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = text.find(token_begin, at);
        if (begin == std::string_view::npos) {
            safe += text.substr(at);
            break;
        }
        auto end = begin + token_begin.size();
        while (end < text.size() && is_token_character(text[end])) ++end;
        const bool is_token = end - begin - token_begin.size() >= token_tail_min;
        safe += text.substr(at, begin - at);
        safe += is_token ? std::string_view{"-"} : text.substr(begin, end - begin);
        at = end;
    }
    return safe;
}

/// One "name=value", or a piece without "=".
bool is_secret_pair(std::string_view pair) {
    const auto equals = pair.find('=');
    return equals != std::string_view::npos &&
           (is_secret_parameter(pair.substr(0, equals)) || holds_secret(pair.substr(equals + 1)));
}

std::string mask_pair(std::string_view pair) {
    return is_secret_pair(pair) ? std::string{pair.substr(0, pair.find('='))} + "=-"
                                : std::string{pair};
}

}  // namespace

bool is_secret_parameter(std::string_view name) {
    const auto plain = text::to_lower(text::trim(decoded(name)));
    return std::ranges::find(secret_names, plain) != secret_names.end();
}

bool has_secrets(std::string_view query) {
    return !query.empty() && std::ranges::any_of(text::split(query, '&'), is_secret_pair);
}

std::string without_secrets(std::string_view query) {
    std::string kept;
    for (const auto pair : text::split(query, '&')) {
        if (is_secret_pair(pair)) continue;
        if (!kept.empty()) kept += '&';
        kept += pair;
    }
    return kept;
}

std::string masked(std::string_view text) {
    const bool is_suspect = text.find('=') != std::string_view::npos;
    if (!is_suspect) return mask_tokens(text);
    std::string safe;
    std::size_t at = 0;
    while (at <= text.size()) {
        const auto end = std::min(text.find_first_of("?&;#", at), text.size());
        safe += mask_pair(text.substr(at, end - at));
        if (end == text.size()) break;
        safe += text[end];
        at = end + 1;
    }
    return mask_tokens(safe);
}

}  // namespace rhumb::access
