#pragma once
/// Output: what a connection sends, gathered from many frames so that it leaves in few writes. Its
/// buffer belongs to the loop's thread while nothing waits in it, so an idle connection has none.

#include <memory>
#include <span>
#include <string_view>

#include "net/stream.h"

namespace rhumb::http::h2 {

class Output {
public:
    Output() = default;
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// Frames are gathered up to here; the last of them may go past it.
    static constexpr std::size_t full = 64 * 1024;
    /// Less room than this is not worth a frame of data.
    static constexpr std::size_t data_size_min = 2048;
    static constexpr std::size_t frame_header_size = 9;

    std::size_t size() const { return end_ - begin_; }
    bool is_empty() const { return begin_ == end_; }
    bool is_full() const { return end_ + frame_header_size + data_size_min > full; }

    /// Adds a piece of at most one frame (16 KiB and its header).
    void add(std::string_view frame);

    /// Where the content of a frame of data goes: at most `size_max` bytes, empty when there is no
    /// room.
    std::span<char> data_place(std::size_t size_max);
    /// Adds the frame whose `size` bytes of content stand in data_place() already.
    void add_data(std::string_view header, std::size_t size);

    /// Writes what is there, as far as it goes now.
    net::Progress write(net::Stream& stream);
    /// Drops what is there.
    void clear();

private:
    void acquire();
    void release();

    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;  ///< written up to here
    std::size_t end_ = 0;
};

}  // namespace rhumb::http::h2
