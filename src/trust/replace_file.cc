#include "trust/replace_file.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/handle.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_{fd} {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }

private:
    int fd_;
};

tl::unexpected<Error> failed(const fs::path& path, int code) {
    return fail(
        code == EACCES || code == EPERM || code == EROFS ? ErrorKind::denied : ErrorKind::internal,
        "writing {}: {}", path.string(), std::generic_category().message(code));
}

/// 0, or the reason why not.
int write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

/// The new file, complete, under a name of its own in `directory`; 0, or the reason why not.
int write_beside(int directory, const std::string& name, const struct stat& old,
                 std::string_view bytes) {
    const Descriptor file{
        ::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file.is_open()) return errno;
    const bool is_same_owner = old.st_uid == ::geteuid() && old.st_gid == ::getegid();
    if (!is_same_owner && ::fchown(file.get(), old.st_uid, old.st_gid) != 0) return errno;
    if (const int code = write_all(file.get(), bytes); code != 0) return code;
    return ::fchmod(file.get(), old.st_mode & 07777U) == 0 ? 0 : errno;
}

/// For what cannot be renamed over.
Result<void> overwrite(const fs::path& path, std::string_view bytes) {
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC)};
    if (!file.is_open()) return failed(path, errno);
    if (const int code = write_all(file.get(), bytes); code != 0) return failed(path, code);
    // The old end is cut off last: a reader in between finds an odd file, never an empty one.
    if (::ftruncate(file.get(), static_cast<off_t>(bytes.size())) != 0) return failed(path, errno);
    return {};
}

}  // namespace

Result<void> replace_file(const fs::path& path, std::string_view bytes) {
    // Held open, so that the directory cannot be exchanged for another one in between.
    const Descriptor directory{
        ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    const auto name = path.filename().string();
    struct stat old {};
    struct stat home {};
    if (!directory.is_open() || ::fstat(directory.get(), &home) != 0 ||
        ::fstatat(directory.get(), name.c_str(), &old, AT_SYMLINK_NOFOLLOW) != 0)
        return failed(path, errno);
    if (!S_ISREG(old.st_mode)) return failed(path, EINVAL);
    const auto draft = fmt::format(".{}.rhumb-{}", name, ::getpid());
    int code = write_beside(directory.get(), draft, old, bytes);
    if (code == 0 && ::renameat(directory.get(), draft.c_str(), directory.get(), name.c_str()) != 0)
        code = errno;
    if (code == 0) {
        ::fsync(directory.get());
        return {};
    }
    ::unlinkat(directory.get(), draft.c_str(), 0);
    if (code == EBUSY || code == EACCES || code == EPERM || code == EROFS)
        return overwrite(path, bytes);
    return failed(path, code);
}

bool is_replaceable(const fs::path& path) {
    return ::access(path.c_str(), W_OK) == 0 ||
           (::access(path.parent_path().c_str(), W_OK) == 0 && ::access(path.c_str(), R_OK) == 0);
}

}  // namespace rhumb::trust
