#include "crypto/master_key.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/files.h"
#include "base/text.h"
#include "crypto/random.h"

namespace rhumb::crypto {

namespace {

constexpr std::string_view file_name = "master.key";
constexpr std::string_view next_suffix = ".next";
constexpr std::size_t file_size_max = 4096;

std::string reason(int code) { return std::generic_category().message(code); }

/// Refuses what others can read. Systemd shows a credential's access list as group bits, so
/// `forbidden` differs.
Result<void> check_mode(const std::filesystem::path& path, mode_t forbidden) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        const auto kind = errno == ENOENT ? ErrorKind::not_found : ErrorKind::internal;
        return fail(kind, "the master key {}: {}", path.string(), reason(errno));
    }
    if (!S_ISREG(status.st_mode))
        return fail(ErrorKind::denied,
                    "the master key {} is not a regular file; put the file itself there",
                    path.string());
    if ((status.st_mode & forbidden) != 0)
        return fail(
            ErrorKind::denied,
            "the master key {} can be read or written by others (mode {:04o}); if nobody has: chmod 600 {}",
            path.string(), status.st_mode & 07777U, path.string());
    return {};
}

/// 64 hexadecimal digits with blanks around, or 32 bytes as they are (a credential may be either).
Result<Secret> parse(std::string_view bytes, const std::filesystem::path& path) {
    if (bytes.size() == Seal::key_size) return Secret::copy_of(bytes);
    const auto digits = text::trim(bytes);
    auto key = text::from_hex(digits);
    if (!key || key->size() != Seal::key_size)
        return fail(
            ErrorKind::invalid,
            "the master key {} is damaged: {} hexadecimal digits are needed; restore it from a backup",
            path.string(), Seal::key_size * 2);
    auto secret = Secret::copy_of(*key);
    wipe(key->data(), key->size());
    return secret;
}

Result<Secret> load(const std::filesystem::path& path, mode_t forbidden) {
    TRY_DONE(check_mode(path, forbidden));
    auto bytes = read_file(path, file_size_max);
    if (!bytes) return tl::unexpected(std::move(bytes).error().within("the master key"));
    auto key = parse(*bytes, path);
    wipe(bytes->data(), bytes->size());
    return key;
}

std::filesystem::path path_in(const MasterKeyPlace& place) { return place.directory / file_name; }

std::filesystem::path next_path_in(const MasterKeyPlace& place) {
    return path_in(place).string() + std::string{next_suffix};
}

/// So that a rename survives a crash of the machine.
Result<void> sync_directory(const std::filesystem::path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (is_synced) return {};
    return fail(ErrorKind::internal, "syncing {}: {}", directory.string(), reason(code));
}

/// Writes all of the text to a new file that has no name yet; -1 and errno where that fails.
int write_nameless(const std::filesystem::path& directory, std::string_view text) {
    const int descriptor =
        ::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) return -1;
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0) return descriptor;
    const bool is_short = written >= 0 && written < static_cast<ssize_t>(text.size());
    const int code = is_short ? ENOSPC : errno;
    ::close(descriptor);
    errno = code;
    return -1;
}

/// Gives it its name; 0, or what errno says: EEXIST when another program was first.
int link_nameless(int descriptor, const std::filesystem::path& path) {
    const auto from = fmt::format("/proc/self/fd/{}", descriptor);
    const int linked = ::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW);
    return linked == 0 ? 0 : errno;
}

/// The same where files without names are unknown (NFS): writes beside, and links into place. A
/// program that is killed in between leaves a file of its owner's behind.
int write_beside_and_link(const std::filesystem::path& path, std::string_view text) {
    const auto suffix = random_bytes(8);
    if (!suffix) return EIO;
    const std::filesystem::path beside = path.string() + "." + text::to_hex(*suffix);
    if (!write_file_atomically(beside, text, 0600)) return EIO;
    const int code = ::link(beside.c_str(), path.c_str()) == 0 ? 0 : errno;
    ::unlink(beside.c_str());
    return code;
}

/// `key` at `path`, whole or not at all; when another program was first, that one's stays.
Result<void> create(const std::filesystem::path& path, const Secret& key) {
    auto digits = text::to_hex(key.view()) + "\n";
    const int descriptor = write_nameless(path.parent_path(), digits);
    int code = descriptor >= 0 ? link_nameless(descriptor, path) : errno;
    if (descriptor >= 0) ::close(descriptor);
    if (code == EOPNOTSUPP || code == EISDIR) code = write_beside_and_link(path, digits);
    wipe(digits.data(), digits.size());
    if (code != 0 && code != EEXIST)
        return fail(ErrorKind::internal, "putting the new master key in place at {}: {}",
                    path.string(), reason(code));
    return sync_directory(path.parent_path());
}

Result<void> create(const std::filesystem::path& path) {
    TRY(const auto key, random_secret(Seal::key_size));
    return create(path, key);
}

}  // namespace

Result<Secret> load_master_key(const MasterKeyPlace& place) {
    if (place.credential) return load(*place.credential, S_IRWXO);
    return load(path_in(place), S_IRWXG | S_IRWXO);
}

Result<Secret> load_or_create_master_key(const MasterKeyPlace& place) {
    auto key = load_master_key(place);
    if (key || key.error().kind != ErrorKind::not_found || place.credential) return key;
    TRY_DONE(create(path_in(place)));
    return load_master_key(place);
}

Result<std::optional<Secret>> load_next_master_key(const MasterKeyPlace& place) {
    auto key = place.credential
                   ? load(place.credential->string() + std::string{next_suffix}, S_IRWXO)
                   : load(next_path_in(place), S_IRWXG | S_IRWXO);
    if (key) return std::optional{*std::move(key)};
    if (key.error().kind == ErrorKind::not_found) return std::nullopt;
    return tl::unexpected(std::move(key).error());
}

Result<Secret> load_or_create_next_master_key(const MasterKeyPlace& place) {
    TRY(auto present, load_next_master_key(place));
    if (present) return *std::move(present);
    if (place.credential)
        return fail(ErrorKind::invalid,
                    "the master key is a systemd credential, which only systemd can change: give "
                    "the service a second one called {}{}",
                    place.credential->filename().string(), next_suffix);
    TRY_DONE(create(next_path_in(place)));
    return load(next_path_in(place), S_IRWXG | S_IRWXO);
}

Result<void> put_next_master_key(const MasterKeyPlace& place, const Secret& key) {
    if (place.credential)
        return fail(ErrorKind::invalid,
                    "the master key is a systemd credential, which only systemd can change");
    const auto path = next_path_in(place);
    TRY(const auto present, load_next_master_key(place));
    if (present && equal_in_constant_time(present->view(), key.view())) return {};
    if (present && ::unlink(path.c_str()) != 0)
        return fail(ErrorKind::internal, "removing {}: {}", path.string(), reason(errno));
    return create(path, key);
}

Result<void> promote_next_master_key(const MasterKeyPlace& place) {
    const auto next = next_path_in(place);
    const auto path = path_in(place);
    if (::rename(next.c_str(), path.c_str()) != 0 && errno != ENOENT)
        return fail(ErrorKind::internal, "putting the next master key in place at {}: {}",
                    path.string(), reason(errno));
    return sync_directory(place.directory);
}

Result<Seal> make_seal(const MasterKeyPlace& place) {
    std::vector<Secret> keys;
    // The next one first: between the two, another program may put it in the place of the present.
    TRY(auto next, load_next_master_key(place));
    TRY(auto key, load_or_create_master_key(place));
    const bool is_same = next && equal_in_constant_time(next->view(), key.view());
    keys.push_back(std::move(key));
    if (next && !is_same) keys.push_back(*std::move(next));
    return Seal::make(std::move(keys));
}

}  // namespace rhumb::crypto
