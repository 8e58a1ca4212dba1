#include "certs/mirror_files.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/stat.h>

#include "base/files.h"

namespace rhumb::certs {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 4> file_names{"fullchain.pem", "privkey.pem", "cert.pem",
                                                     "chain.pem"};
constexpr std::string_view version_prefix = ".version-";
constexpr std::chrono::milliseconds glance{20};

Error error_of(int code, std::string_view step, const fs::path& path) {
    const auto kind = code == EACCES || code == EPERM || code == EROFS ? ErrorKind::denied
                                                                       : ErrorKind::unavailable;
    return {kind,
            fmt::format("{} {}: {}", step, path.string(), std::generic_category().message(code))};
}

/// Where the link of that name points to, inside the mirror.
fs::path link_target(std::string_view name) { return fs::path{"current"} / name; }

Result<void> sync_directory(const fs::path& directory) {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_synced = fd >= 0 && ::fsync(fd) == 0;
    const int code = errno;
    if (fd >= 0) ::close(fd);
    if (!is_synced) return tl::unexpected(error_of(code, "syncing", directory));
    return {};
}

/// A link of that name, put in place by one rename.
Result<void> put_link(const fs::path& directory, std::string_view name, const fs::path& target) {
    const auto beside = directory / fmt::format(".link-{}", name);
    const auto link = directory / name;
    ::unlink(beside.c_str());  // of a program that was killed here
    if (::symlink(target.c_str(), beside.c_str()) != 0 ||
        ::rename(beside.c_str(), link.c_str()) != 0)
        return tl::unexpected(error_of(errno, "linking", link));
    return {};
}

Result<void> write_version(const fs::path& version, const pki::Chain& chain, const pki::Key& key) {
    std::string issuers;
    const auto& certificates = chain.certificates();
    for (std::size_t i = 1; i < certificates.size(); ++i) issuers += certificates[i].to_pem();
    TRY(const auto key_pem, key.to_pem());
    TRY_DONE(write_file_atomically(version / "privkey.pem", key_pem.view(), 0600));
    TRY_DONE(write_file_atomically(version / "fullchain.pem", chain.to_pem(), 0600));
    TRY_DONE(write_file_atomically(version / "cert.pem", chain.leaf().to_pem(), 0600));
    return write_file_atomically(version / "chain.pem", issuers, 0600);
}

}  // namespace

Result<MirrorLock> MirrorLock::take(const fs::path& file, std::chrono::milliseconds wait) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return tl::unexpected(error_of(errno, "opening", file));
    MirrorLock lock{fd};
    const auto end = std::chrono::steady_clock::now() + wait;
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return tl::unexpected(error_of(errno, "locking", file));
        if (std::chrono::steady_clock::now() >= end)
            return fail(ErrorKind::unavailable, "another program works on {}",
                        file.parent_path().string());
        std::this_thread::sleep_for(glance);
    }
    return lock;
}

MirrorLock::~MirrorLock() {
    if (fd_ >= 0) ::close(fd_);
}

Result<void> check_mirror_directory(const fs::path& directory) {
    if (!directory.is_absolute() || directory.lexically_normal() == directory.root_path())
        return fail(ErrorKind::invalid,
                    "«{}» cannot be a mirror's directory: give an absolute path of a directory of "
                    "its own",
                    directory.string());
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) {
        if (errno == ENOENT) return {};
        return tl::unexpected(error_of(errno, "looking at", directory));
    }
    if (!S_ISDIR(status.st_mode))
        return fail(ErrorKind::invalid, "{} is no directory: choose another one",
                    directory.string());
    if ((status.st_mode & S_IWOTH) != 0)
        return fail(ErrorKind::invalid,
                    "every user may change {}: private keys do not belong there; choose another "
                    "directory, or take that right away (chmod o-w)",
                    directory.string());
    for (const auto name : file_names) {
        std::error_code failed;
        const auto path = directory / name;
        if (!fs::exists(fs::symlink_status(path, failed))) continue;
        if (fs::read_symlink(path, failed) == link_target(name)) continue;
        return fail(ErrorKind::invalid,
                    "{} is there already and was not made by a mirror: move it away, or choose "
                    "another directory",
                    path.string());
    }
    return {};
}

Result<void> make_mirror_directory(const fs::path& directory) {
    std::error_code failed;
    fs::create_directories(directory.parent_path(), failed);
    if (failed)
        return tl::unexpected(error_of(failed.value(), "making the directory above", directory));
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return tl::unexpected(error_of(errno, "making", directory));
    return {};
}

bool has_mirror_files(const fs::path& directory, const pki::Chain& chain) {
    std::error_code failed;
    for (const auto name : file_names)
        if (!fs::is_symlink(directory / name, failed) ||
            !fs::is_regular_file(directory / name, failed))
            return false;
    const auto written = read_file(directory / "fullchain.pem", std::size_t{1} << 20U);
    return written && *written == chain.to_pem();
}

Result<void> write_mirror_files(const fs::path& directory, const pki::Chain& chain,
                                const pki::Key& key) {
    TRY_DONE(check_mirror_directory(directory));
    auto version = (directory / version_prefix).string() + "XXXXXX";
    if (::mkdtemp(version.data()) == nullptr)  // mode 0700
        return tl::unexpected(error_of(errno, "making a directory in", directory));
    auto put = [&]() -> Result<void> {
        TRY_DONE(write_version(version, chain, key));
        return put_link(directory, "current", fs::path{version}.filename());
    }();
    if (!put) {
        std::error_code ignored;
        fs::remove_all(version, ignored);
        return put;
    }
    for (const auto name : file_names) {
        std::error_code failed;
        if (fs::read_symlink(directory / name, failed) != link_target(name))
            TRY_DONE(put_link(directory, name, link_target(name)));
    }
    TRY_DONE(sync_directory(directory));
    return {};
}

void tidy_mirror_files(const fs::path& directory) {
    std::error_code failed;
    const auto current = fs::read_symlink(directory / "current", failed);
    if (failed) return;
    std::vector<fs::path> old;
    for (fs::directory_iterator at{directory, failed}; !failed && at != fs::directory_iterator{};
         at.increment(failed)) {
        const auto name = at->path().filename();
        if (name.string().starts_with(version_prefix) && name != current) old.push_back(at->path());
    }
    for (const auto& path : old) fs::remove_all(path, failed);
}

}  // namespace rhumb::certs
