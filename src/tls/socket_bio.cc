#include "tls/socket_bio.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <openssl/bio.h>
#include <sys/socket.h>

namespace rhumb::tls {

namespace {

/// A ClientHello with a post-quantum key share has about 1.8 KiB; so has the flight of a client
/// with its certificate.
constexpr std::size_t ahead_size = 4096;

}  // namespace

struct SocketBioCalls {
    static SocketBio& of(BIO* bio) { return *static_cast<SocketBio*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int size) {
        BIO_clear_retry_flags(bio);
        BIO_clear_flags(bio, BIO_FLAGS_IN_EOF);
        const int count = of(bio).read(into, static_cast<std::size_t>(size));
        if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        if (count < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
        return count;
    }

    static int write(BIO* bio, const char* bytes, int size) {
        BIO_clear_retry_flags(bio);
        const int count = of(bio).write(bytes, static_cast<std::size_t>(size));
        if (count < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
        return count;
    }

    static long control(BIO* bio, int command, long number, void*) {
        switch (command) {
            case BIO_CTRL_FLUSH:
            case BIO_CTRL_DUP: return 1;
            case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
            case BIO_CTRL_GET_CLOSE: return BIO_NOCLOSE;
            case BIO_CTRL_SET_CLOSE: return number == BIO_NOCLOSE ? 1 : 0;
            default: return 0;
        }
    }

    static int create(BIO* bio) {
        BIO_set_init(bio, 1);
        return 1;
    }

    /// One for the program: it is never changed once made.
    static const BIO_METHOD* method() {
        static const auto made = [] {
            auto* const fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
            if (fresh == nullptr) return fresh;
            BIO_meth_set_read(fresh, read);
            BIO_meth_set_write(fresh, write);
            BIO_meth_set_ctrl(fresh, control);
            BIO_meth_set_create(fresh, create);
            return fresh;
        }();
        return made;
    }
};

SocketBio::SocketBio(int fd, std::string early)
    : fd_{fd},
      ahead_{std::make_unique<std::string>(std::move(early))},
      bio_{BIO_new(SocketBioCalls::method())} {
    if (bio_ != nullptr) BIO_set_data(bio_, this);
}

SocketBio::~SocketBio() { BIO_free(bio_); }

void SocketBio::end_handshake() {
    reads_ahead_ = false;
    if (!has_bytes()) ahead_.reset();
}

std::size_t SocketBio::take(char* into, std::size_t size) {
    const auto count = std::min(size, ahead_->size() - begin_);
    std::memcpy(into, ahead_->data() + begin_, count);
    begin_ += count;
    if (begin_ == ahead_->size()) {
        begin_ = 0;
        ahead_->clear();
        if (!reads_ahead_) ahead_.reset();
    }
    return count;
}

namespace {

/// As recv(), but for interruptions.
ssize_t receive(int fd, char* into, std::size_t size) {
    ssize_t count = 0;
    do count = ::recv(fd, into, size, 0);
    while (count < 0 && errno == EINTR);
    return count;
}

}  // namespace

int SocketBio::read(char* into, std::size_t size) {
    if (has_bytes()) return static_cast<int>(take(into, size));
    if (!reads_ahead_ || size >= ahead_size) return static_cast<int>(receive(fd_, into, size));
    ahead_->resize(ahead_size);
    const auto count = receive(fd_, ahead_->data(), ahead_size);
    const auto failure = errno;
    ahead_->resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    errno = failure;
    return count > 0 ? static_cast<int>(take(into, size)) : static_cast<int>(count);
}

int SocketBio::write(const char* bytes, std::size_t size) {
    const int flags = MSG_NOSIGNAL | (has_more_ || is_next_held_ ? MSG_MORE : 0);
    for (;;) {
        const auto count = ::send(fd_, bytes, size, flags);
        if (count >= 0) is_next_held_ = false;
        if (count >= 0 || errno != EINTR) return static_cast<int>(count);
    }
}

}  // namespace rhumb::tls
