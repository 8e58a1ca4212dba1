#include "files/byteranges.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "files/variant.h"

namespace rhumb::files {

namespace {

constexpr std::uint64_t piece_size = 64U << 10U;

/// So long and so much by chance that it is in no file.
std::string new_boundary() {
    thread_local std::mt19937_64 random{std::random_device{}()};
    return fmt::format("rhumb-{:016x}{:016x}", random(), random());
}

}  // namespace

ByteRanges::ByteRanges(std::shared_ptr<const Variant> variant, std::vector<ByteRange> parts)
    : variant_{std::move(variant)}, parts_{std::move(parts)}, boundary_{new_boundary()} {}

std::string ByteRanges::content_type() const {
    return "multipart/byteranges; boundary=" + boundary_;
}

std::string ByteRanges::head_of(const ByteRange& part) const {
    return fmt::format("\r\n--{}\r\ncontent-type: {}\r\ncontent-range: {}\r\n\r\n", boundary_,
                       variant_->headers.find("content-type").value_or("application/octet-stream"),
                       content_range(part, variant_->size));
}

net::Task<std::string> ByteRanges::next() {
    std::string piece;
    while (part_ < parts_.size() && piece.size() < piece_size) {
        const auto& part = parts_[part_];
        if (sent_ == 0) piece += head_of(part);
        const auto length = std::min(part.length - sent_, piece_size);
        CO_TRY(const auto bytes, read_bytes(*variant_, part.offset + sent_, length));
        piece += bytes;
        sent_ += length;
        if (sent_ < part.length) continue;
        sent_ = 0;
        ++part_;
    }
    if (part_ == parts_.size() && !is_finished_) {
        is_finished_ = true;
        piece += fmt::format("\r\n--{}--\r\n", boundary_);
    }
    co_return piece;
}

}  // namespace rhumb::files
