#pragma once
/// Buffer: bytes that have been read and not yet used. Holds no memory while it is empty and
/// released.

#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace rhumb::http::h1 {

class Buffer {
public:
    std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
    bool is_empty() const { return begin_ == end_; }

    /// Room for at least `size` more bytes behind those that are here.
    std::span<char> room(std::size_t size) {
        if (capacity_ - end_ < size) grow(size);
        return {data_.get() + end_, capacity_ - end_};
    }
    void added(std::size_t count) { end_ += count; }
    void used(std::size_t count) {
        begin_ += count;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    /// Gives the memory back when nothing is in it.
    void release() {
        if (!is_empty()) return;
        data_.reset();
        capacity_ = 0;
    }

private:
    void grow(std::size_t size) {
        const std::size_t count = end_ - begin_;
        std::size_t capacity = capacity_ == 0 ? 4096 : capacity_;
        while (capacity - count < size) capacity *= 2;
        if (capacity == capacity_) {  // moving to the front is enough
            std::memmove(data_.get(), data_.get() + begin_, count);
        } else {
            auto bigger = std::make_unique_for_overwrite<char[]>(capacity);
            if (count > 0) std::memcpy(bigger.get(), data_.get() + begin_, count);
            data_ = std::move(bigger);
            capacity_ = capacity;
        }
        begin_ = 0;
        end_ = count;
    }

    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace rhumb::http::h1
