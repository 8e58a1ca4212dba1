#include "files/beneath.h"

#include <array>
#include <cerrno>
#include <climits>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <linux/openat2.h>
#include <sys/syscall.h>

namespace rhumb::files {

namespace {

constexpr std::int64_t to_ns(const timespec& time) {
    return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
}

tl::unexpected<Error> failed(int code, std::string_view name) {
    const auto text = std::generic_category().message(code);
    switch (code) {
        case ENOENT:
        case ENOTDIR:
        case ELOOP:
        case EXDEV:  // openat2: it leads out
        case ENAMETOOLONG:
        case EINVAL:
        case ENXIO:
        case ENODEV: return fail(ErrorKind::not_found, "there is no file «{}» ({})", name, text);
        case EACCES:
        case EPERM:
            return fail(
                ErrorKind::denied,
                "the server may not read «{}»; let its user read the file and enter its directories",
                name);
        case EMFILE:
        case ENFILE:
        case ENOMEM:
            return fail(ErrorKind::unavailable, "opening «{}»: {}; raise the limit of open files",
                        name, text);
        default: return fail(ErrorKind::internal, "opening «{}»: {}", name, text);
    }
}

/// One name after the other, no links. For kernels (and container rules) without openat2.
int open_stepwise(int directory, std::string name, int flags) {
    int at = ::fcntl(directory, F_DUPFD_CLOEXEC, 0);
    while (at >= 0) {
        const auto slash = name.find('/');
        const bool is_last = slash == std::string::npos;
        const auto step = name.substr(0, slash);
        int next = -1;
        if (step == "..") {
            errno = EXDEV;
        } else {
            next = ::openat(
                at, step.empty() ? "." : step.c_str(),
                is_last ? flags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        }
        const int code = errno;
        ::close(at);
        errno = code;
        if (is_last) return next;
        at = next;
        name.erase(0, slash + 1);
    }
    return -1;
}

int openat2_beneath(int directory, const char* path, int flags) {
    open_how how{};
    how.flags = static_cast<unsigned>(flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    for (int tries = 0; tries < 8; ++tries) {
        const long fd = ::syscall(SYS_openat2, directory, path, &how, sizeof how);
        if (fd >= 0) return static_cast<int>(fd);
        if (errno != EAGAIN && errno != EINTR)
            break;  // EAGAIN: something on the way was renamed meanwhile
    }
    return -1;
}

/// Old kernels say ENOSYS, and the rules of some containers EPERM, to everything.
bool has_openat2() {
    static const bool answers = [] {
        const int fd = openat2_beneath(AT_FDCWD, ".", O_PATH | O_CLOEXEC);
        if (fd < 0) return errno != ENOSYS && errno != EPERM;
        ::close(fd);
        return true;
    }();
    return answers;
}

/// Where an open descriptor is, by /proc; "" when it is nowhere.
std::string place_of(int fd) {
    std::array<char, PATH_MAX> place{};
    const auto size =
        ::readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), place.data(), place.size());
    return size <= 0 ? std::string{} : std::string{place.data(), static_cast<std::size_t>(size)};
}

/// For a name that leads over a link with an absolute path: where it ends, as a name beneath
/// `directory`; "" when it ends elsewhere. Only a hint: what it gives is opened as strictly as any
/// name.
std::string canonical_name(int directory, const char* path) {
    const http::OpenFile end{::openat(directory, path, O_PATH | O_CLOEXEC)};
    if (end.fd() < 0) return {};
    const auto above = place_of(directory) + "/";
    const auto place = place_of(end.fd());
    return above.size() > 1 && place.starts_with(above) ? place.substr(above.size())
                                                        : std::string{};
}

int open_beneath(int directory, const std::string& name, int flags) {
    const char* const path = name.empty() ? "." : name.c_str();
    if (!has_openat2()) return open_stepwise(directory, path, flags);
    const int fd = openat2_beneath(directory, path, flags);
    if (fd >= 0 || errno != EXDEV) return fd;
    const auto canonical = canonical_name(directory, path);
    if (!canonical.empty()) return openat2_beneath(directory, canonical.c_str(), flags);
    errno = EXDEV;
    return -1;
}

}  // namespace

Stamp Stamp::of(const struct stat& status) {
    return {
        status.st_dev,         status.st_ino,         static_cast<std::uint64_t>(status.st_size),
        to_ns(status.st_mtim), to_ns(status.st_ctim), status.st_mode};
}

Result<std::shared_ptr<const Beneath>> Beneath::open(const std::filesystem::path& directory) {
    const int fd = ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        const int code = errno;
        if (code == EMFILE || code == ENFILE) return failed(code, directory.string());
        return fail(code == EACCES ? ErrorKind::denied : ErrorKind::not_found,
                    "opening the directory {}: {}; make it, or name another root",
                    directory.string(), std::generic_category().message(code));
    }
    struct stat status {};
    if (::fstat(fd, &status) != 0) {
        const int code = errno;
        ::close(fd);
        return failed(code, directory.string());
    }
    return std::shared_ptr<const Beneath>{new Beneath{fd, Stamp::of(status)}};
}

Result<Opened> Beneath::open_as(const std::string& name, int flags) const {
    if (name.find('\0') != std::string::npos) return failed(ENOENT, "a name with a NUL");
    const int fd = open_beneath(directory_.fd(), name, flags | O_CLOEXEC);
    if (fd < 0) return failed(errno, name);
    Opened opened{std::make_shared<const http::OpenFile>(fd), {}};
    struct stat status {};
    if (::fstat(fd, &status) != 0) return failed(errno, name);
    opened.stamp = Stamp::of(status);
    return opened;
}

Result<Stamp> Beneath::look(const std::string& name) const {
    TRY(const auto opened, open_as(name, O_PATH));
    return opened.stamp;
}

Result<Opened> Beneath::open_file(const std::string& name) const {
    // Looked at first, so that opening a device or a FIFO never happens but in a race; there
    // O_NONBLOCK does not hang.
    TRY(const auto stamp, look(name));
    if (!stamp.is_file()) return failed(ENXIO, name);
    TRY(auto opened, open_as(name, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (!opened.stamp.is_file()) return failed(ENXIO, name);
    return opened;
}

Result<Opened> Beneath::open_directory(const std::string& name) const {
    return open_as(name, O_RDONLY | O_DIRECTORY);
}

}  // namespace rhumb::files
