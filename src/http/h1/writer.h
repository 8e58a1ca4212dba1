#pragma once
/// Writer: sends HTTP/1.1 responses; a small one with one write.

#include <string>

#include "http/connection.h"

namespace rhumb::http::h1 {

/// How a response goes out.
struct Sending {
    bool is_head_only = false;  ///< HEAD: the same head, no body
    bool is_http10 = false;     ///< no chunks: a body of unknown length ends with the connection
    bool keep_alive =
        true;  ///< what the Connection field says; cleared when the body's end needs a close
};

class Writer {
public:
    explicit Writer(Connection& connection) : connection_{connection} {}

    /// Sends all of `response`, or leaves a small rest in the buffer until flush(). Gives the bytes
    /// of the body.
    net::Task<std::uint64_t> send(Response& response, Sending& sending);
    /// What is still in the buffer.
    net::Task<void> flush();
    /// Gives the buffer's memory back; to be called when it is empty.
    void release() {
        std::string{}.swap(buffer_);
    }  // assigning an empty string would keep the memory
    bool is_empty() const { return buffer_.empty(); }

private:
    net::Task<void> write(std::string_view bytes);
    net::Task<std::uint64_t> send_bytes(std::string_view body);
    net::Task<std::uint64_t> send_file(FileSlice slice);
    net::Task<std::uint64_t> send_source(BodySource& source, bool is_chunked);
    void append_head(const Response& response, const Sending& sending, bool is_chunked);

    Connection& connection_;
    std::string buffer_;
    std::size_t unpaused_ = 0;  // bytes written since other connections had their turn
};

}  // namespace rhumb::http::h1
