#include "base/files.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

namespace rhumb {

namespace {

/// An open file descriptor, closed at the end of its scope.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_{fd} {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

tl::unexpected<Error> failed(std::string_view step, const std::filesystem::path& path) {
    const int code = errno;
    const auto kind = code == ENOENT   ? ErrorKind::not_found
                      : code == EACCES ? ErrorKind::denied
                                       : ErrorKind::internal;
    return fail(kind, "{} {}: {}", step, path.string(), std::generic_category().message(code));
}

Result<void> write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed("writing", path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// Beside it, then in its place.
Result<void> replace(const std::filesystem::path& path, std::string_view bytes, mode_t mode,
                     bool is_synced) {
    auto beside = path.string() + ".XXXXXX";
    const Descriptor file{::mkostemp(beside.data(), O_CLOEXEC)};
    if (file.get() < 0) return failed("creating a file beside", path);
    auto written = [&]() -> Result<void> {
        if (::fchmod(file.get(), mode) != 0) return failed("setting the mode of", path);
        TRY_DONE(write_all(file.get(), bytes, path));
        if (is_synced && ::fsync(file.get()) != 0) return failed("syncing", path);
        if (::rename(beside.c_str(), path.c_str()) != 0) return failed("renaming over", path);
        return {};
    }();
    if (!written) ::unlink(beside.c_str());
    return written;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t size_max) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.get() < 0) return failed("opening", path);
    std::string bytes;
    for (;;) {
        const auto before = bytes.size();
        const std::size_t step = std::min<std::size_t>(1U << 16U, size_max + 1 - before);
        bytes.resize(before + step);
        const auto count = ::read(file.get(), bytes.data() + before, step);
        if (count < 0 && errno != EINTR) return failed("reading", path);
        bytes.resize(before + (count > 0 ? static_cast<std::size_t>(count) : 0));
        if (count == 0) return bytes;
        if (bytes.size() > size_max)
            return fail(ErrorKind::too_large, "reading {}: it is larger than {} bytes",
                        path.string(), size_max);
    }
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                                   mode_t mode) {
    TRY_DONE(replace(path, bytes, mode, true));
    const auto directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
    const Descriptor folder{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder.get() < 0 || ::fsync(folder.get()) != 0) return failed("syncing", directory);
    return {};
}

Result<void> write_file_unsynced(const std::filesystem::path& path, std::string_view bytes,
                                 mode_t mode) {
    return replace(path, bytes, mode, false);
}

}  // namespace rhumb
