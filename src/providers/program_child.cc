#include "providers/program_child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

#include <sys/stat.h>
#include <sys/wait.h>

#include "base/handle.h"

namespace rhumb::providers {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How often a silent child is asked whether it has ended: what it has started may keep its
/// outputs open.
constexpr milliseconds glance{100};

std::string reason(int code) { return std::generic_category().message(code); }

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_{fd} {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    int get() const { return fd_; }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_ = -1;
};

struct Ends {
    Descriptor read{};
    Descriptor write{};
};

Result<Ends> make_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail(ErrorKind::internal, "no pipe can be made: {}", reason(errno));
    // Above the three that the child gets in their place, so that no copy overwrites another.
    for (int& end : ends)
        if (end <= STDERR_FILENO) {
            const int higher = ::fcntl(end, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
            ::close(std::exchange(end, higher));
        }
    return Ends{Descriptor{ends[0]}, Descriptor{ends[1]}};
}

void make_nonblocking(const Descriptor& descriptor) {
    ::fcntl(descriptor.get(), F_SETFL, ::fcntl(descriptor.get(), F_GETFL) | O_NONBLOCK);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

/// What runs as the server's user must not be anybody's to change.
Result<void> check_program(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return fail(ErrorKind::not_found, "{}: {}", path, reason(errno));
    if (!S_ISREG(facts.st_mode)) return fail(ErrorKind::not_found, "{} is no file", path);
    if ((facts.st_mode & S_IWOTH) != 0U)
        return fail(
            ErrorKind::denied,
            "{} may be changed by everybody on this machine, and is not run: `chmod o-w {}`", path,
            path);
    if (::access(path.c_str(), X_OK) != 0)
        return fail(ErrorKind::denied, "{} may not be run by the user of this server: {}", path,
                    reason(errno));
    return {};
}

Result<pid_t> spawn(const std::vector<std::string>& command, int input, int output, int errors) {
    posix_spawn_file_actions_t raw_actions{};
    posix_spawnattr_t raw_attributes{};
    if (::posix_spawn_file_actions_init(&raw_actions) != 0 ||
        ::posix_spawnattr_init(&raw_attributes) != 0)
        return fail(ErrorKind::internal, "starting {}: out of memory", command.front());
    const Handle<posix_spawn_file_actions_t, posix_spawn_file_actions_destroy> actions{
        &raw_actions};
    const Handle<posix_spawnattr_t, posix_spawnattr_destroy> attributes{&raw_attributes};
    ::posix_spawn_file_actions_adddup2(actions.get(), input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(actions.get(), output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(actions.get(), errors, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(actions.get(), STDERR_FILENO + 1);
    ::posix_spawn_file_actions_addchdir_np(actions.get(), "/");
    sigset_t none{};
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(attributes.get(), &none);
    sigset_t usual{};  // an ignored signal would stay ignored in the child
    ::sigemptyset(&usual);
    for (const int signal :
         {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, SIGUSR1, SIGUSR2, SIGXFSZ})
        ::sigaddset(&usual, signal);
    ::posix_spawnattr_setsigdefault(attributes.get(), &usual);
    ::posix_spawnattr_setflags(attributes.get(),
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    auto arguments = command;
    std::vector<std::string> environment{
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"};
    pid_t child = 0;
    const int code =
        ::posix_spawn(&child, arguments.front().c_str(), actions.get(), attributes.get(),
                      pointers(arguments).data(), pointers(environment).data());
    if (code != 0)
        return fail(code == ENOENT ? ErrorKind::not_found : ErrorKind::internal,
                    "{} cannot be started: {}", command.front(), reason(code));
    return child;
}

/// Writing to a child that has ended raises no signal while this lives.
class NoPipeSignal {
public:
    NoPipeSignal() {
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        sigset_t pending{};
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoPipeSignal() {
        const timespec at_once{};
        if (!was_pending_)
            while (::sigtimedwait(&pipe_, nullptr, &at_once) == -1 && errno == EINTR) continue;
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;

private:
    sigset_t pipe_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

/// Ended, and not yet waited for: its id is nobody else's.
std::optional<siginfo_t> ending_of(pid_t id) {
    siginfo_t facts{};
    if (::waitid(P_PID, static_cast<id_t>(id), &facts, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        facts.si_pid != id)
        return {};
    return facts;
}

}  // namespace

struct ProgramChild::Pipes {
    Descriptor input{};   ///< it reads what is written here
    Descriptor output{};  ///< its answers
    Descriptor errors{};
};

/// One question on its way, its answer, and whatever is complained of meanwhile.
class ProgramChild::Conversation {
public:
    Conversation(const ProgramChild& child, std::string_view question, std::size_t answer_max)
        : child_{child}, left_{question}, answer_max_{answer_max} {}

    /// True when the answer is whole.
    Result<bool> step(milliseconds wait) {
        auto& pipes = *child_.pipes_;
        std::array<pollfd, 3> ends{
            pollfd{left_.empty() ? -1 : pipes.input.get(), POLLOUT, 0},
            pollfd{pipes.output.get(), POLLIN, 0},
            pollfd{pipes.errors.get(), POLLIN, 0},
        };
        const int count = ::poll(ends.data(), ends.size(), static_cast<int>(wait.count()));
        if (count == 0 && child_.has_ended() && !has_more()) return ended();
        if (ends[2].revents != 0) take_complaints();
        if (ends[1].revents != 0) {
            TRY(const bool is_whole, take_answer());
            if (is_whole) return true;
        }
        if (ends[0].revents != 0) TRY_DONE(send());
        return false;
    }

    std::string answer() && { return std::move(answer_); }

private:
    bool has_more() const {
        pollfd output{child_.pipes_->output.get(), POLLIN, 0};
        return ::poll(&output, 1, 0) > 0 && (output.revents & POLLIN) != 0;
    }

    tl::unexpected<Error> ended() const {
        return fail(ErrorKind::unavailable, "it ended before it answered{}", child_.last_words());
    }

    Result<void> send() {
        const auto count = ::write(child_.pipes_->input.get(), left_.data(), left_.size());
        if (count > 0) left_.remove_prefix(static_cast<std::size_t>(count));
        if (count < 0 && errno != EAGAIN && errno != EINTR) return ended();
        return {};
    }

    Result<bool> take_answer() {
        std::array<char, 16 << 10> bytes{};
        const auto count = ::read(child_.pipes_->output.get(), bytes.data(), bytes.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
        if (count <= 0) return ended();
        const std::string_view more{bytes.data(), static_cast<std::size_t>(count)};
        const auto end = more.find('\n');
        answer_.append(more.substr(0, end));
        if (answer_.size() > answer_max_)
            return fail(ErrorKind::unavailable, "its answer is larger than {} bytes", answer_max_);
        if (end == std::string_view::npos) return false;
        if (end + 1 != more.size())
            return fail(ErrorKind::unavailable, "it wrote more than one line as its answer");
        if (!left_.empty())
            return fail(ErrorKind::unavailable, "it answered before it had read the question");
        return true;
    }

    void take_complaints() {
        std::array<char, 4096> bytes{};
        const auto count = ::read(child_.pipes_->errors.get(), bytes.data(), bytes.size());
        if (count > 0)
            child_.complaint_({bytes.data(), static_cast<std::size_t>(count)});
        else if (count == 0 || (errno != EAGAIN && errno != EINTR))
            child_.pipes_->errors.close();  // a program may do without
    }

    const ProgramChild& child_;
    std::string_view left_;
    const std::size_t answer_max_;
    std::string answer_{};
};

Result<std::unique_ptr<ProgramChild>> ProgramChild::start(const std::vector<std::string>& command,
                                                          Complaint complaint) {
    if (command.empty() || !command.front().starts_with('/'))
        return fail(ErrorKind::invalid, "the command does not begin with an absolute path");
    TRY_DONE(check_program(command.front()));
    TRY(auto input, make_pipe());
    TRY(auto output, make_pipe());
    TRY(auto errors, make_pipe());
    TRY(const auto id, spawn(command, input.read.get(), output.write.get(), errors.write.get()));
    auto pipes = std::make_unique<Pipes>(
        Pipes{std::move(input.write), std::move(output.read), std::move(errors.read)});
    for (const auto* end : {&pipes->input, &pipes->output, &pipes->errors}) make_nonblocking(*end);
    return std::unique_ptr<ProgramChild>{
        new ProgramChild{id, std::move(pipes), std::move(complaint)}};
}

ProgramChild::ProgramChild(pid_t id, std::unique_ptr<Pipes> pipes, Complaint complaint)
    : id_{id}, pipes_{std::move(pipes)}, complaint_{std::move(complaint)} {}

ProgramChild::~ProgramChild() {
    ::kill(-id_, SIGKILL);  // it is not waited for yet: nobody else has that id
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) continue;
}

bool ProgramChild::is_ready() const {
    pollfd output{pipes_->output.get(), POLLIN, 0};
    return ::poll(&output, 1, 0) == 0 && !has_ended();
}

Result<std::string> ProgramChild::ask(std::string_view question, std::size_t answer_max,
                                      Moment end) {
    const NoPipeSignal quiet;
    const std::string line = std::string{question} + "\n";
    Conversation conversation{*this, line, answer_max};
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
        if (left.count() <= 0)
            return fail(ErrorKind::unavailable, "it did not answer in time, and was ended");
        TRY(const bool is_whole, conversation.step(std::min(left, glance)));
        if (is_whole) return std::move(conversation).answer();
    }
}

void ProgramChild::say_goodbye() { pipes_->input.close(); }

bool ProgramChild::has_ended() const { return ending_of(id_).has_value(); }

void ProgramChild::interrupt() { ::kill(-id_, SIGTERM); }

std::string ProgramChild::last_words() const {
    constexpr int turns_max = 20;
    for (int turn = 0; turn < turns_max; ++turn) {
        if (const auto ending = ending_of(id_))
            return ending->si_code == CLD_EXITED
                       ? fmt::format(", with exit code {}", ending->si_status)
                       : fmt::format(", by signal {}", ending->si_status);
        std::this_thread::sleep_for(milliseconds{5});
    }
    return "";
}

}  // namespace rhumb::providers
