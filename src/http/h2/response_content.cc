#include "http/h2/response_content.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace rhumb::http::h2 {

void ResponseContent::set(Body body) {
    clear();
    body_ = std::move(body);
}

void ResponseContent::clear() {
    body_ = std::monostate{};
    piece_ = std::string{};
    place_ = 0;
    has_ended_ = false;
}

std::string_view ResponseContent::bytes() const {
    if (const auto* own = std::get_if<std::string>(&body_)) return *own;
    if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&body_))
        return **shared;
    return {};
}

std::optional<std::uint64_t> ResponseContent::length() const {
    if (std::holds_alternative<std::unique_ptr<BodySource>>(body_)) return std::nullopt;
    if (const auto* slice = std::get_if<FileSlice>(&body_)) return slice->length;
    return bytes().size();
}

namespace {

Result<std::size_t> read_file(const FileSlice& slice, std::uint64_t place, std::span<char> into) {
    const auto wanted = std::min<std::uint64_t>(into.size(), slice.length - place);
    if (wanted == 0) return std::size_t{0};
    for (;;) {
        const auto count = ::pread(slice.file->fd(), into.data(), wanted,
                                   static_cast<off_t>(slice.offset + place));
        if (count > 0) return static_cast<std::size_t>(count);
        if (count == 0)
            return fail(ErrorKind::internal, "the file became shorter while it was sent");
        if (errno != EINTR)
            return fail(ErrorKind::internal, "reading the file to send: {}",
                        std::generic_category().message(errno));
    }
}

}  // namespace

Result<std::size_t> ResponseContent::read(std::span<char> into) {
    std::size_t count = 0;
    if (const auto* slice = std::get_if<FileSlice>(&body_)) {
        TRY(count, read_file(*slice, place_, into));
    } else {
        const std::string_view all = source() != nullptr ? std::string_view{piece_} : bytes();
        count = all.copy(into.data(), into.size(), place_);
    }
    place_ += count;
    return count;
}

bool ResponseContent::is_at_end() const {
    const auto whole = length();
    return whole ? place_ == *whole : has_ended_ && waiting() == 0;
}

BodySource* ResponseContent::source() {
    auto* source = std::get_if<std::unique_ptr<BodySource>>(&body_);
    return source != nullptr ? source->get() : nullptr;
}

void ResponseContent::add(std::string piece) {
    if (piece.empty()) {
        has_ended_ = true;
    } else if (waiting() == 0) {
        piece_ = std::move(piece);
        place_ = 0;
    } else {
        piece_.erase(0, place_);
        piece_.append(piece);
        place_ = 0;
    }
}

}  // namespace rhumb::http::h2
