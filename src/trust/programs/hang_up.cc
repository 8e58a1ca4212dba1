#include "trust/programs/hang_up.h"

#include <cerrno>
#include <system_error>

#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

namespace rhumb::trust::programs {

Result<std::unique_ptr<HangUp>> HangUp::open() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const general = reinterpret_cast<sockaddr*>(&address);
    if (listener < 0 || ::bind(listener, general, size) != 0 || ::listen(listener, 8) != 0 ||
        ::getsockname(listener, general, &size) != 0) {
        const int code = errno;
        if (listener >= 0) ::close(listener);
        return fail(ErrorKind::internal, "opening a port on the loopback: {}",
                    std::generic_category().message(code));
    }
    return std::unique_ptr<HangUp>{new HangUp{listener, ntohs(address.sin_port)}};
}

HangUp::HangUp(int listener, std::uint16_t port)
    : listener_{listener}, port_{port}, thread_{[this] { serve(); }} {}

HangUp::~HangUp() {
    ::shutdown(listener_, SHUT_RDWR);  // accept() returns
    thread_.join();
    ::close(listener_);
}

void HangUp::serve() const {
    for (;;) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection >= 0)
            ::close(connection);
        else if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

}  // namespace rhumb::trust::programs
