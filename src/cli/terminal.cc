#include "cli/terminal.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

namespace rhumb::cli {

namespace {

constexpr std::size_t line_max = 1024;

/// Switches the echo off, and on again at the end of its scope. Signals that would end the program
/// only break off reading meanwhile, so that they cannot leave a terminal without echo behind.
class Silence {
public:
    explicit Silence(int fd) : fd_{fd}, is_on_{::tcgetattr(fd, &before_) == 0} {
        if (!is_on_) return;
        struct sigaction breaks_off {};
        breaks_off.sa_handler = [](int) {};  // without SA_RESTART: read() gives EINTR
        for (std::size_t i = 0; i < ends.size(); ++i)
            ::sigaction(ends.at(i), &breaks_off, &actions_.at(i));
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        ::tcsetattr(fd, TCSAFLUSH, &silent);
    }
    ~Silence() {
        if (!is_on_) return;
        ::tcsetattr(fd_, TCSAFLUSH, &before_);
        for (std::size_t i = 0; i < ends.size(); ++i)
            ::sigaction(ends.at(i), &actions_.at(i), nullptr);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    static constexpr std::array<int, 5> ends{SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP};

    int fd_;
    termios before_{};
    std::array<struct sigaction, ends.size()> actions_{};
    bool is_on_;
};

/// A line into `buffer`; its length without the end of line.
Result<std::size_t> read_line(int fd, std::array<char, line_max>& buffer) {
    std::size_t size = 0;
    for (;;) {
        char next = 0;
        const auto count = ::read(fd, &next, 1);
        if (count <= 0)
            return fail(ErrorKind::unavailable, "nothing was answered; nothing was changed");
        if (next == '\n') return size;
        if (size == buffer.size())
            return fail(ErrorKind::too_large, "an answer has at most {} bytes", line_max);
        buffer.at(size++) = next;
    }
}

}  // namespace

std::optional<Terminal> Terminal::open() {
    const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return std::nullopt;
    return std::optional<Terminal>{std::in_place, fd};
}

Terminal::~Terminal() {
    if (fd_ >= 0) ::close(fd_);
}

void Terminal::show(std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd_, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;  // the answer will fail, and say so
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

Result<std::string> Terminal::ask(std::string_view question) {
    show(question);
    std::array<char, line_max> buffer{};
    TRY(const auto size, read_line(fd_, buffer));
    return std::string{buffer.data(), size};
}

Result<crypto::Secret> Terminal::ask_secret(std::string_view question) {
    std::array<char, line_max> buffer{};
    const auto size = [&] {
        const Silence silence{fd_};  // before the question: who answers fast is not shown either
        show(question);
        return read_line(fd_, buffer);
    }();
    auto secret = crypto::Secret::copy_of({buffer.data(), size.value_or(0)});
    crypto::wipe(buffer.data(), buffer.size());
    if (!size) return tl::unexpected(size.error());
    return secret;
}

bool is_interactive() { return ::isatty(STDIN_FILENO) == 1; }

}  // namespace rhumb::cli
