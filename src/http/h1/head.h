#pragma once
/// The head of an HTTP/1.1 request: found in a stream of bytes, and read strictly (RFC 9112
/// sections 2 to 6). What two programs could read in two ways is refused: bare line feeds, folded
/// fields, blanks before a colon, two lengths, a length beside chunks, codings other than chunked.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/limits.h"
#include "http/message.h"

namespace rhumb::http::h1 {

/// Why a request cannot be read: the status to answer before the connection is closed.
struct Refusal {
    int status = 400;
    std::string_view why;  ///< a fixed text
};

/// Finds where a head ends, without looking at any byte twice.
class HeadFinder {
public:
    struct Found {
        std::size_t begin = 0;  ///< of the request line, after empty lines that are passed over
        std::size_t end = 0;  ///< past the empty line that ends the head; 0: more bytes are needed
        std::optional<Refusal> refusal;
    };
    /// `bytes` is all that has come of this request so far; it grows from call to call.
    Found find(std::string_view bytes, std::size_t size_max);

private:
    std::size_t begin_ = 0;
    std::size_t line_ = 0;     // where the current line begins
    std::size_t scanned_ = 0;  // no line feed before this
};

/// How the body of a request is framed, and what becomes of the connection.
struct Framing {
    bool is_chunked = false;
    std::uint64_t content_length = 0;
    bool keep_alive = true;  ///< the client wants to keep the connection
    bool expects_continue = false;
    bool has_body() const { return is_chunked || content_length > 0; }
};

/// Reads a whole head, from request line to empty line, into `request` and `framing`.
std::optional<Refusal> read_head(std::string_view head, const Limits& limits, Request& request,
                                 Framing& framing);

}  // namespace rhumb::http::h1
