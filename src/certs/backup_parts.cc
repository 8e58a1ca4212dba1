#include "certs/backup_parts.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

#include "crypto/password_seal.h"

namespace rhumb::certs {

namespace {

tl::unexpected<Error> failed_on(std::string_view step, const std::filesystem::path& path,
                                int code) {
    const auto kind = code == EACCES || code == EPERM || code == EROFS ? ErrorKind::denied
                                                                       : ErrorKind::unavailable;
    return fail(kind, "{} {}: {}", step, path.string(), std::generic_category().message(code));
}

}  // namespace

Result<Scratch> Scratch::make(const std::filesystem::path& above) {
    auto pattern = (above / "rhumb-backup-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        return failed_on("making a directory in", above, errno);
    return Scratch{pattern};
}

Result<Scratch> Scratch::make_at(const std::filesystem::path& directory) {
    std::error_code failed;
    std::filesystem::remove_all(directory, failed);
    if (::mkdir(directory.c_str(), 0700) != 0)
        return failed_on("making the directory", directory, errno);
    return Scratch{directory};
}

Scratch::~Scratch() {
    if (path_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Result<void> copy_as_store(const std::filesystem::path& file,
                           const std::filesystem::path& directory) {
    const auto to = directory / "rhumb.db";
    std::error_code failed;
    std::filesystem::copy_file(file, to, failed);
    if (failed) return failed_on("copying to", to, failed.value());
    if (::chmod(to.c_str(), 0600) != 0) return failed_on("setting the mode of", to, errno);
    return {};
}

Result<void> sync_directory(const std::filesystem::path& directory) {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int code = fd >= 0 && ::fsync(fd) == 0 ? 0 : errno;
    if (fd >= 0) ::close(fd);
    if (code != 0) return failed_on("syncing", directory, code);
    return {};
}

Result<std::vector<crypto::Secret>> keys_at_hand(const crypto::MasterKeyPlace& place) {
    std::vector<crypto::Secret> keys;
    auto key = crypto::load_master_key(place);
    if (!key && key.error().kind != ErrorKind::not_found)
        return tl::unexpected(std::move(key).error());
    if (key) keys.push_back(*std::move(key));
    TRY(auto next, crypto::load_next_master_key(place));
    if (next) keys.push_back(*std::move(next));
    return keys;
}

Result<std::string> key_id_of(const crypto::Secret& key) {
    TRY(const auto seal, crypto::Seal::make(crypto::Secret::copy_of(key.view())));
    return seal.key_id();
}

Result<crypto::Secret> open_backup_key(const storage::View& view, const crypto::Secret& password) {
    TRY(const auto blob, view.find_setting("backup.key"));
    if (!blob)
        return fail(ErrorKind::not_found,
                    "the master key is not in this backup: no password opens it");
    return crypto::open_under_password(backup_key_purpose, password, *blob);
}

}  // namespace rhumb::certs
