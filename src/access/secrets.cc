#include "access/secrets.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace rhumb::access {

namespace {

constexpr std::array<std::string_view, 10> secret_names{
    "token",   "password", "access_token",  "agstoken",      "client_secret",
    "session", "id_token", "refresh_token", "id_token_hint", "client_assertion"};
/// What counts once, or with something else, and may be the name of anything in other addresses:
/// kept out of logs, and nothing more.
constexpr std::array<std::string_view, 2> names_for_logs{"code", "code_verifier"};
constexpr std::string_view token_begin = "rh1";
constexpr std::size_t token_tail_min = 24;  // shorter ones are none of ours
constexpr int rounds_max = 5;               // of percent-encoding, one within the other

bool is_token_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

/// What is no escape stays as it is: one bad escape must not hide the others.
std::string decoded_once(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const auto escape =
            text.front() == '%' ? text::percent_decode(text.substr(0, 3)) : std::nullopt;
        plain += escape ? escape->front() : text.front();
        text.remove_prefix(escape ? 3 : 1);
    }
    return plain;
}

/// As often as anyone may have encoded it.
std::string decoded(std::string_view text) {
    std::string plain{text};
    for (int round = 0; round < rounds_max && plain.find('%') != std::string::npos; ++round) {
        auto once = decoded_once(plain);
        if (once == plain) break;
        plain = std::move(once);
    }
    return plain;
}

/// "token=" within a value: an address that was put into a parameter.
bool holds_secret(std::string_view value) {
    const auto plain = text::to_lower(decoded(value));
    return std::ranges::any_of(secret_names, [&plain](std::string_view name) {
        return plain.find(std::string{name} + "=") != std::string::npos;
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

/// A parameter's name at the end of any text: "curl/8 (token".
bool ends_with_secret_name(std::string_view text) {
    const auto plain = text::to_lower(decoded(text));
    const auto trimmed = text::trim(plain);
    const auto before = trimmed.find_last_of(" \t\"'(),:/<>[]{}|");
    const auto word = before == std::string_view::npos ? trimmed : trimmed.substr(before + 1);
    return std::ranges::find(secret_names, word) != secret_names.end() ||
           std::ranges::find(names_for_logs, word) != names_for_logs.end();
}

/// One piece of any text, between two of the characters that part parameters: what may be kept of
/// it. Nothing: all.
std::optional<std::string> masked_piece(std::string_view piece) {
    const auto equals = piece.find('=');
    const auto name = piece.substr(0, equals);
    if (holds_secret(name)) return std::string{name.substr(0, name.find('%'))} + "-";
    if (equals == std::string_view::npos) return std::nullopt;
    if (!ends_with_secret_name(name) && !holds_secret(piece.substr(equals + 1)))
        return std::nullopt;
    return std::string{name} + "=-";
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
    if (text.find_first_of("=%") == std::string_view::npos) return mask_tokens(text);
    std::string safe;
    for (std::size_t at = 0; at <= text.size();) {
        auto end = std::min(text.find_first_of("?&;#", at), text.size());
        const auto piece = text.substr(at, end - at);
        if (const auto kept = masked_piece(piece)) {
            safe += *kept;
            // A password may have the others in it.
            end = std::min(text.find_first_of("&#", end), text.size());
        } else {
            safe += piece;
        }
        if (end == text.size()) break;
        safe += text[end];
        at = end + 1;
    }
    return mask_tokens(safe);
}

}  // namespace rhumb::access
