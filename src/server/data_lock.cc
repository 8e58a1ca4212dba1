#include "server/data_lock.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <sys/file.h>

#include "base/files.h"
#include "base/text.h"

namespace rhumb::server {

namespace {

std::filesystem::path lock_file(const std::filesystem::path& data) { return data / "server.lock"; }

/// Two lines: the process, and the configuration file or nothing.
DataLock::Holder read_holder(const std::filesystem::path& data) {
    const auto text = read_file(lock_file(data), 8192);
    DataLock::Holder holder;
    if (!text) return holder;
    const auto lines = text::split(*text, '\n');
    holder.process = static_cast<pid_t>(text::to_integer(lines.front()).value_or(0));
    if (lines.size() > 1 && !lines[1].empty()) holder.config_file = lines[1];
    return holder;
}

}  // namespace

Result<DataLock> DataLock::take(const std::filesystem::path& data,
                                const std::optional<std::filesystem::path>& config_file) {
    const auto path = lock_file(data);
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(ErrorKind::internal, "opening {}: {}", path.string(), std::strerror(errno));
    DataLock lock{fd};
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
        return fail(
            ErrorKind::conflict,
            "a server runs on {} already (process {}). Stop it, or give this one another directory with --data",
            data.string(), read_holder(data).process);
    const auto lines =
        fmt::format("{}\n{}\n", ::getpid(),
                    config_file ? std::filesystem::absolute(*config_file).string() : "");
    if (::ftruncate(fd, 0) != 0 ||
        ::write(fd, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size()))
        return fail(ErrorKind::internal, "writing {}: {}", path.string(), std::strerror(errno));
    return lock;
}

DataLock::DataLock(DataLock&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}

DataLock::~DataLock() {
    if (fd_ >= 0) ::close(fd_);
}

std::optional<DataLock::Holder> DataLock::holder(const std::filesystem::path& data) {
    const int fd = ::open(lock_file(data).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    const bool is_free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
    ::close(fd);
    if (is_free) return std::nullopt;
    return read_holder(data);
}

}  // namespace rhumb::server
