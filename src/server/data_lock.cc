#include "server/data_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace rhumb::server {

namespace {

std::filesystem::path lock_file(const std::filesystem::path& data) { return data / "server.lock"; }

std::optional<pid_t> written_pid(const std::filesystem::path& data) {
    const auto text = read_file(lock_file(data), 64);
    const auto number = text ? text::to_integer(text::trim(*text)) : std::nullopt;
    return number ? std::optional{static_cast<pid_t>(*number)} : std::nullopt;
}

}  // namespace

Result<DataLock> DataLock::take(const std::filesystem::path& data) {
    const auto path = lock_file(data);
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(ErrorKind::internal, "opening {}: {}", path.string(), std::strerror(errno));
    DataLock lock{fd};
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorKind::conflict, "a server runs on {} already (process {}). Stop it, or give this one another directory with --data",
                    data.string(), written_pid(data).value_or(0));
    const auto pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd, 0) != 0 || ::write(fd, pid.data(), pid.size()) != static_cast<ssize_t>(pid.size()))
        return fail(ErrorKind::internal, "writing {}: {}", path.string(), std::strerror(errno));
    return lock;
}

DataLock::DataLock(DataLock&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}

DataLock::~DataLock() {
    if (fd_ >= 0) ::close(fd_);
}

std::optional<pid_t> DataLock::holder(const std::filesystem::path& data) {
    const int fd = ::open(lock_file(data).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    const bool is_free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
    ::close(fd);
    return is_free ? std::nullopt : written_pid(data);
}

}  // namespace rhumb::server
