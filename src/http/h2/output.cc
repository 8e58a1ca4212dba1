#include "http/h2/output.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "http/h2/scratch.h"

namespace rhumb::http::h2 {

namespace {
constexpr std::size_t largest_frame = 9 + 1 + 16'384;
constexpr std::size_t capacity = Output::full + largest_frame;
}  // namespace

Output::~Output() { release(); }

void Output::acquire() {
    if (buffer_ != nullptr) return;
    buffer_ = std::move(scratch().output);
    if (buffer_ == nullptr) buffer_ = std::make_unique_for_overwrite<char[]>(capacity);
}

void Output::release() {
    if (buffer_ != nullptr) scratch().output = std::move(buffer_);
    begin_ = end_ = 0;
}

void Output::add(std::string_view frame) {
    acquire();
    assert(end_ + frame.size() <= capacity);
    std::memcpy(buffer_.get() + end_, frame.data(), frame.size());
    end_ += frame.size();
}

std::span<char> Output::data_place(std::size_t size_max) {
    if (is_full()) return {};
    acquire();
    const auto begin = end_ + frame_header_size;
    return {buffer_.get() + begin, std::min(size_max, full - begin)};
}

void Output::add_data(std::string_view header, std::size_t size) {
    acquire();
    assert(header.size() == frame_header_size && end_ + frame_header_size + size <= capacity);
    std::memcpy(buffer_.get() + end_, header.data(), header.size());
    end_ += frame_header_size + size;
}

net::Progress Output::write(net::Stream& stream) {
    const auto progress = stream.try_write({buffer_.get() + begin_, end_ - begin_});
    if (progress.tried == net::Tried::done) {
        begin_ += progress.count;
        if (is_empty()) release();
    }
    return progress;
}

void Output::clear() { release(); }

}  // namespace rhumb::http::h2
