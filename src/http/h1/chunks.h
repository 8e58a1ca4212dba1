#pragma once
/// Chunks: takes the chunked transfer coding off a body (RFC 9112 section 7.1), strictly and within
/// bounds.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/h1/head.h"

namespace rhumb::http::h1 {

class Chunks {
public:
    /// A bit of the body: `used` bytes of the input were taken, `piece` of them are content (it
    /// points into the input). Nothing used: more bytes are needed.
    struct Step {
        std::size_t used = 0;
        std::string_view piece;
        bool is_end = false;
        std::optional<Refusal> refusal;
    };

    Step next(std::string_view bytes);

private:
    enum class State { size, data, data_end, trailer, end };
    Step read_size(std::string_view bytes);
    Step read_trailer(std::string_view bytes);

    State state_ = State::size;
    std::uint64_t left_ = 0;  // of the current chunk
    std::size_t trailer_bytes_ = 0;
};

}  // namespace rhumb::http::h1
