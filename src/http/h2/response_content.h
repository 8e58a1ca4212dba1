#pragma once
/// ResponseContent: the bytes of one response, given out piece by piece as flow control allows.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "http/message.h"

namespace rhumb::http::h2 {

class ResponseContent {
public:
    /// What a response carries; nothing at first.
    void set(Body body);
    /// Lets go of all that it holds.
    void clear();

    /// How many bytes in all; none when they are made while they are sent.
    std::optional<std::uint64_t> length() const;

    /// Copies the next bytes into `into` and says how many. 0 when there are none at the moment.
    /// Fails when a file has become shorter than was promised, or cannot be read.
    Result<std::size_t> read(std::span<char> into);

    /// True when all has been given out, and nothing more will come.
    bool is_at_end() const;

    /// The source of a body that is made while it is sent, else null.
    BodySource* source();
    /// The source's next piece; empty: there is no more.
    void add(std::string piece);
    /// Bytes from the source that wait to be given out.
    std::size_t waiting() const { return piece_.size() - place_; }

private:
    std::string_view bytes() const;

    Body body_;
    std::string piece_;        ///< from the source
    std::uint64_t place_ = 0;  ///< what has been given out: of the body, or of the piece
    bool has_ended_ = false;   ///< the source has no more
};

}  // namespace rhumb::http::h2
