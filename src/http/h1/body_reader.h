#pragma once
/// BodyReader: the content of an HTTP/1.1 request, read off its connection piece by piece.

#include <optional>
#include <utility>

#include "http/connection.h"
#include "http/h1/buffer.h"
#include "http/h1/chunks.h"
#include "http/h1/head.h"

namespace rhumb::http::h1 {

class BodyReader final : public RequestBody {
public:
    BodyReader(Connection& connection, Buffer& buffer, const Framing& framing)
        : connection_{connection},
          buffer_{buffer},
          framing_{framing},
          left_{framing.content_length} {}

    net::Task<std::string_view> read() override;

    /// The status for a body that broke a rule; nothing while it is in order.
    const std::optional<Refusal>& refusal() const { return refusal_; }
    bool is_at_end() const { return framing_.is_chunked ? is_end_ : left_ == 0; }
    /// Reads and drops a short rest, so that the connection can be kept; false when the rest is
    /// long or does not come.
    net::Sure<bool> drain();
    /// Lets go of the last piece that read() gave.
    void release() { buffer_.used(std::exchange(lent_, 0)); }

private:
    net::Task<void> fill();
    net::Task<std::string_view> read_chunked();
    net::Task<std::string_view> read_counted();
    tl::unexpected<Error> refuse(Refusal refusal);

    Connection& connection_;
    Buffer& buffer_;
    const Framing& framing_;
    Chunks chunks_;
    std::uint64_t left_;
    std::uint64_t read_ = 0;
    std::size_t lent_ = 0;  // bytes at the buffer's front that the last piece pointed to
    bool is_end_ = false;
    bool has_continued_ = false;
    std::optional<Refusal> refusal_;
};

}  // namespace rhumb::http::h1
