#pragma once
/// Scratch: working memory that the HTTP/2 connections of one thread share, because each needs it
/// only while it runs. What waits on a client holds none of it.

#include <array>
#include <memory>
#include <vector>

#include <nghttp2/nghttp2.h>

namespace rhumb::http::h2 {

struct Scratch {
    std::array<char, 32 * 1024> input;  ///< what was just read
    std::unique_ptr<char[]> output;     ///< lent to the Output that has something to send
    std::vector<nghttp2_nv> fields;     ///< of the response that is being handed to nghttp2
};

/// The one of this thread.
Scratch& scratch();

}  // namespace rhumb::http::h2
