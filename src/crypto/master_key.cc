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

/// Writes beside and links into place: link() fails when another program was first, and that is
/// fine.
Result<void> create(const std::filesystem::path& path) {
    TRY(const auto key, random_secret(Seal::key_size));
    TRY(const auto suffix, random_bytes(8));
    const std::filesystem::path beside = path.string() + "." + text::to_hex(suffix);
    auto digits = text::to_hex(key.view()) + "\n";
    auto written = write_file_atomically(beside, digits, 0600);
    wipe(digits.data(), digits.size());
    if (!written)
        return tl::unexpected(std::move(written).error().within("writing a new master key"));
    const int linked = ::link(beside.c_str(), path.c_str());
    const int code = errno;
    ::unlink(beside.c_str());
    if (linked != 0 && code != EEXIST)
        return fail(ErrorKind::internal, "putting the new master key in place at {}: {}",
                    path.string(), reason(code));
    return {};
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

Result<Seal> make_seal(const MasterKeyPlace& place) {
    TRY(auto key, load_or_create_master_key(place));
    return Seal::make(std::move(key));
}

}  // namespace rhumb::crypto
