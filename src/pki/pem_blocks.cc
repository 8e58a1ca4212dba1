#include "pki/pem_blocks.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rhumb::pki {

namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::size_t label_size_max = 64;

/// The label of the mark whose words begin at `at`, and where the text goes on; nothing when the
/// line is no such mark.
struct Mark {
    std::string_view label;
    std::size_t end;
};

std::optional<Mark> read_mark(std::string_view text, std::size_t at) {
    const auto close = text.find(dashes, at);
    if (close == std::string_view::npos || close - at > label_size_max) return std::nullopt;
    const auto label = text.substr(at, close - at);
    if (label.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
    return Mark{text::trim(label), close + dashes.size()};
}

/// Fit for a message.
std::string_view shown(std::string_view label) { return text::is_utf8(label) ? label : "?"; }

/// The line that begins at `at`, without blanks and the marks of quoted mail; `at` moves behind it.
std::string_view take_line(std::string_view text, std::size_t& at) {
    const auto end = std::min(text.find_first_of("\r\n", at), text.size());
    auto line = text.substr(at, end - at);
    at = std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size());
    const auto first = line.find_first_not_of(" \t>");
    line.remove_prefix(std::min(first, line.size()));
    return text::trim(line);
}

/// Headers begin on the line behind BEGIN, and end at an empty line; there are some when the first
/// line has a colon.
std::size_t headers_size(std::string_view inside) {
    std::size_t at = 0;
    (void)take_line(inside, at);  // the rest of the line of BEGIN
    const auto start = at;
    if (take_line(inside, at).find(": ") == std::string_view::npos) return 0;
    for (at = start; at < inside.size();)
        if (take_line(inside, at).empty()) return at;
    return 0;
}

}  // namespace

std::size_t PemReader::line_of(std::size_t at) {
    line_ +=
        static_cast<std::size_t>(std::ranges::count(text_.substr(counted_, at - counted_), '\n'));
    counted_ = at;
    return line_;
}

Result<std::optional<PemBlock>> PemReader::next() {
    auto begin = text_.find(begin_mark, at_);
    std::optional<Mark> mark;
    while (begin != std::string_view::npos) {
        mark = read_mark(text_, begin + begin_mark.size());
        if (mark) break;
        begin = text_.find(begin_mark, begin + 1);
    }
    if (!mark) {
        at_ = text_.size();
        return std::optional<PemBlock>{};
    }
    const auto line = line_of(begin);
    const auto end = text_.find(end_mark, mark->end);
    const auto next = text_.find(begin_mark, mark->end);
    at_ = std::min(next, text_.size());
    const auto close = end < next ? read_mark(text_, end + end_mark.size()) : std::nullopt;
    if (!close)
        return fail(ErrorKind::invalid,
                    "the block «{}» of line {} has no END line: the text was cut off; copy all of "
                    "it, with the lines of dashes",
                    shown(mark->label), line);
    if (close->label != mark->label)
        return fail(ErrorKind::invalid,
                    "the block «{}» of line {} ends as «{}»: parts of two files were mixed; copy "
                    "each as a whole",
                    shown(mark->label), line, shown(close->label));
    at_ = close->end;
    const auto inside = text_.substr(mark->end, end - mark->end);
    const auto headers = headers_size(inside);
    return PemBlock{mark->label, inside.substr(0, headers), inside.substr(headers), line};
}

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto values = [] {
    std::array<signed char, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
    return table;
}();

bool is_passed_over(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '>' || c == '\0';
}

/// How many characters of base64 there are before the padding. `invalid` at any other.
Result<std::size_t> count_base64(std::string_view body) {
    std::size_t count = 0;
    std::size_t padding = 0;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (is_passed_over(c)) continue;
        if (c == '=') {
            ++padding;
        } else if (values[static_cast<unsigned char>(c)] < 0 || padding > 0) {
            return fail(ErrorKind::invalid,
                        "its line {} has a character that does not belong there; copy the file "
                        "again, without a word processor between",
                        1 + std::ranges::count(body.substr(0, i), '\n'));
        } else {
            ++count;
        }
    }
    if (padding > 2 || count % 4 == 1 || (padding > 0 && (count + padding) % 4 != 0))
        return fail(ErrorKind::invalid, "its base64 stops in the middle; copy all of it");
    return count;
}

}  // namespace

Result<crypto::Secret> decode_base64(std::string_view body) {
    TRY(const auto count, count_base64(body));
    crypto::Secret decoded{count * 6 / 8};
    std::uint32_t bits = 0;
    unsigned held = 0;
    std::size_t at = 0;
    for (const char c : body) {
        const auto value = values[static_cast<unsigned char>(c)];
        if (value < 0) continue;
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        decoded.data()[at++] = static_cast<char>(bits >> held);
    }
    return decoded;
}

namespace {

std::string to_lines(std::string_view der) {
    const auto base64 = text::to_base64(der);
    std::string lines;
    for (std::size_t at = 0; at < base64.size(); at += 64) lines.append(base64, at, 64) += '\n';
    return lines;
}

}  // namespace

std::string to_pem_block(std::string_view label, std::string_view der) {
    return fmt::format("-----BEGIN {0}-----\n{1}-----END {0}-----\n", label, to_lines(der));
}

Result<std::string> normalized(const PemBlock& block) {
    TRY(const auto der, decode_base64(block.body));
    std::string headers;
    for (std::size_t at = 0; at < block.headers.size();)
        if (const auto line = take_line(block.headers, at); !line.empty())
            headers.append(line) += '\n';
    if (!headers.empty()) headers += '\n';
    return fmt::format("-----BEGIN {0}-----\n{1}{2}-----END {0}-----\n", block.label, headers,
                       to_lines(der.view()));
}

}  // namespace rhumb::pki
