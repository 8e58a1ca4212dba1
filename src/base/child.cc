#include "base/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/handle.h"

namespace rhumb::child {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t input_max = 32U << 10U;  // less than what a pipe takes at once
constexpr std::chrono::milliseconds glance{
    20};  // how often a silent child is asked whether it has ended

std::string reason(int code) { return std::generic_category().message(code); }

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_{fd} {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

/// Starts the child in a session of its own: no terminal, and one group that can be killed as a
/// whole.
Result<pid_t> spawn(const Command& command, int input, int output) {
    posix_spawn_file_actions_t raw_actions{};
    posix_spawnattr_t raw_attributes{};
    if (::posix_spawn_file_actions_init(&raw_actions) != 0 ||
        ::posix_spawnattr_init(&raw_attributes) != 0)
        return fail(ErrorKind::internal, "starting {}: out of memory", command.arguments.front());
    const Handle<posix_spawn_file_actions_t, posix_spawn_file_actions_destroy> actions{
        &raw_actions};
    const Handle<posix_spawnattr_t, posix_spawnattr_destroy> attributes{&raw_attributes};
    ::posix_spawn_file_actions_adddup2(actions.get(), input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(actions.get(), output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(actions.get(), output, STDERR_FILENO);
    sigset_t none{};
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(attributes.get(), &none);
    ::posix_spawnattr_setflags(attributes.get(), POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);

    auto arguments = command.arguments;
    auto environment = command.environment;
    environment.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.emplace_back("LC_ALL=C.UTF-8");
    pid_t child = 0;
    const int code =
        ::posix_spawn(&child, arguments.front().c_str(), actions.get(), attributes.get(),
                      pointers(arguments).data(), pointers(environment).data());
    if (code != 0)
        return fail(code == ENOENT ? ErrorKind::not_found : ErrorKind::internal, "starting {}: {}",
                    command.arguments.front(), reason(code));
    return child;
}

/// Takes what there is to read without waiting; false at the end. Returns now and then even when a
/// child never stops writing, so that its time limit is looked at.
bool take_output(int fd, std::string& output, std::size_t output_max) {
    std::array<char, 4096> buffer{};
    for (int turns = 0; turns < 256; ++turns) {
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count == 0) return false;
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        const auto room = output_max - output.size();
        output.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
    }
    return true;
}

Result<Finished> finish(const Command& command, int status, std::string output) {
    if (WIFSIGNALED(status))
        return fail(ErrorKind::internal, "{} was ended by signal {}: {}",
                    to_shell(command.arguments), WTERMSIG(status), output);
    return Finished{WEXITSTATUS(status), std::move(output)};
}

/// Reads and waits until the child has ended or its time is over.
Result<Finished> await(const Command& command, pid_t child, int output) {
    std::string written;
    bool is_open = true;
    for (const auto end = Clock::now() + command.limit; Clock::now() < end;) {
        pollfd wait{.fd = is_open ? output : -1, .events = POLLIN, .revents = 0};
        ::poll(&wait, 1, static_cast<int>(glance.count()));
        if (is_open) is_open = take_output(output, written, command.output_max);
        int status = 0;
        const pid_t ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child) {
            if (is_open) take_output(output, written, command.output_max);
            return finish(command, status, std::move(written));
        }
        if (ended < 0 && errno != EINTR)
            return fail(ErrorKind::internal, "waiting for {}: {}", command.arguments.front(),
                        reason(errno));
    }
    ::kill(-child, SIGKILL);
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
    return fail(ErrorKind::unavailable, "{} did not end within {} ms and was stopped",
                to_shell(command.arguments), command.limit.count());
}

}  // namespace

Result<Finished> run(const Command& command) {
    if (command.input.size() > input_max)
        return fail(ErrorKind::too_large, "starting {}: more than {} bytes of input",
                    command.arguments.front(), input_max);
    std::array<int, 2> in{-1, -1};
    std::array<int, 2> out{-1, -1};
    const bool is_made = ::pipe2(in.data(), O_CLOEXEC) == 0 && ::pipe2(out.data(), O_CLOEXEC) == 0;
    const int code = errno;
    Descriptor to_read{in[0]}, to_fill{in[1]}, to_write{out[1]};
    const Descriptor output{out[0]};
    if (!is_made)
        return fail(ErrorKind::internal, "starting {}: {}", command.arguments.front(),
                    reason(code));
    // All of the input is in the pipe before there is a child that could end without reading it.
    if (::write(to_fill.get(), command.input.data(), command.input.size()) !=
        static_cast<ssize_t>(command.input.size()))
        return fail(ErrorKind::internal, "starting {}: writing its input: {}",
                    command.arguments.front(), reason(errno));
    to_fill.close();
    ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
    TRY(const pid_t child, spawn(command, to_read.get(), to_write.get()));
    to_read.close();
    to_write.close();
    return await(command, child, output.get());
}

std::string to_shell(const std::vector<std::string>& arguments) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=@+%";
    std::string line;
    for (const auto& argument : arguments) {
        if (!line.empty()) line += ' ';
        if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) {
            line += argument;
            continue;
        }
        line += '\'';
        for (const char c : argument) line += c == '\'' ? std::string{"'\\''"} : std::string{c};
        line += '\'';
    }
    return line;
}

}  // namespace rhumb::child
