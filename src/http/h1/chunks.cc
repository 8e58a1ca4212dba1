#include "http/h1/chunks.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace rhumb::http::h1 {

namespace {

constexpr std::size_t size_line_max = 256;  // size and extensions; nobody sends more in good faith
constexpr std::size_t trailer_bytes_limit = 8192;

Chunks::Step refuse(std::string_view why, int status = 400) {
    return {.used = 0, .piece = {}, .is_end = false, .refusal = Refusal{status, why}};
}

/// A line without its CR LF; nothing when it has not all come. `refusal` when it ends otherwise.
std::optional<std::string_view> find_line(std::string_view bytes, std::optional<Refusal>& refusal) {
    const auto newline = bytes.find('\n');
    if (newline == std::string_view::npos) return std::nullopt;
    if (newline == 0 || bytes[newline - 1] != '\r' ||
        bytes.substr(0, newline - 1).find('\r') != std::string_view::npos) {
        refusal = Refusal{400, "a chunk's line does not end with CR LF"};
        return std::nullopt;
    }
    return bytes.substr(0, newline - 1);
}

}  // namespace

Chunks::Step Chunks::next(std::string_view bytes) {
    switch (state_) {
        case State::size: return read_size(bytes);
        case State::data: {
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
            left_ -= count;
            if (left_ == 0) state_ = State::data_end;
            return {.used = count, .piece = bytes.substr(0, count), .is_end = false, .refusal = {}};
        }
        case State::data_end:
            if (bytes.size() < 2)
                return bytes.empty() || bytes == "\r" ? Step{}
                                                      : refuse("a chunk is longer than it says");
            if (bytes.substr(0, 2) != "\r\n") return refuse("a chunk is longer than it says");
            state_ = State::size;
            return {.used = 2, .piece = {}, .is_end = false, .refusal = {}};
        case State::trailer: return read_trailer(bytes);
        case State::end: break;
    }
    return {.used = 0, .piece = {}, .is_end = true, .refusal = {}};
}

Chunks::Step Chunks::read_size(std::string_view bytes) {
    std::optional<Refusal> refusal;
    const auto line = find_line(bytes, refusal);
    if (refusal) return refuse(refusal->why);
    if (!line)
        return bytes.size() > size_line_max ? refuse("a chunk's size line is too long") : Step{};
    if (line->size() > size_line_max) return refuse("a chunk's size line is too long");
    const auto digits = line->substr(0, line->find_first_of("; \t"));
    std::uint64_t size = 0;
    const auto* const end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, size, 16);
    if (digits.empty() || parsed.ec != std::errc{} || parsed.ptr != end || digits.size() > 15)
        return refuse("a chunk's size is malformed");
    const auto extension = text::trim(line->substr(digits.size()));
    if (!extension.empty() && extension.front() != ';')
        return refuse("a chunk's extension is malformed");
    left_ = size;
    state_ = size == 0 ? State::trailer : State::data;
    return {.used = line->size() + 2, .piece = {}, .is_end = false, .refusal = {}};
}

Chunks::Step Chunks::read_trailer(std::string_view bytes) {
    // Trailers are read and dropped: none of them means anything to us.
    std::optional<Refusal> refusal;
    const auto line = find_line(bytes, refusal);
    if (refusal) return refuse(refusal->why);
    if (trailer_bytes_ + (line ? line->size() : bytes.size()) > trailer_bytes_limit)
        return refuse("the trailer is too large", 431);
    if (!line) return {};
    trailer_bytes_ += line->size() + 2;
    if (line->empty()) {
        state_ = State::end;
    } else if (line->find(':') == std::string_view::npos || line->front() == ' ' ||
               line->front() == '\t') {
        return refuse("a trailer field is malformed");
    }
    return {.used = line->size() + 2, .piece = {}, .is_end = state_ == State::end, .refusal = {}};
}

}  // namespace rhumb::http::h1
