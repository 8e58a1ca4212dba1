#pragma once
/// SocketBio: how OpenSSL reads from and writes to a socket. Beside what OpenSSL's own does
/// (SSL_set_fd), it reads a handshake in as few calls as its messages come in, and tells the kernel
/// when more follows, so that a long answer leaves in full packets.

#include <cstddef>
#include <memory>
#include <string>

struct bio_st;
struct bio_method_st;

namespace rhumb::tls {

/// Used on the loop of its socket alone. What OpenSSL is given by bio() must not outlive it.
class SocketBio {
public:
    /// `early`: what was read from the socket already. The descriptor stays the caller's.
    SocketBio(int fd, std::string early);
    ~SocketBio();
    SocketBio(const SocketBio&) = delete;
    SocketBio& operator=(const SocketBio&) = delete;

    /// Null when there is no memory.
    bio_st* bio() const { return bio_; }

    /// The handshake is over: what was read ahead is still handed out, then each read goes to the
    /// socket, and no memory is held.
    void end_handshake();

    /// Whether more is written at once after this: the kernel keeps an unfilled packet back until
    /// then.
    void set_more(bool more) { has_more_ = more; }
    /// The next write is followed by another one, whatever set_more() said.
    void hold_next() { is_next_held_ = true; }

    /// Bytes are there that the socket does not show any more.
    bool has_bytes() const { return ahead_ != nullptr && begin_ < ahead_->size(); }

private:
    friend struct SocketBioCalls;

    int read(char* into, std::size_t size);
    int write(const char* bytes, std::size_t size);
    std::size_t take(char* into, std::size_t size);

    int fd_;
    bool reads_ahead_ = true;
    bool has_more_ = false;
    bool is_next_held_ = false;
    std::size_t begin_ = 0;               // of what is left in ahead_
    std::unique_ptr<std::string> ahead_;  // null while idle
    bio_st* bio_;                         // ours; OpenSSL holds a reference more
};

}  // namespace rhumb::tls
