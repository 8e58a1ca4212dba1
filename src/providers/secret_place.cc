#include "providers/secret_place.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <sys/stat.h>

#include "base/files.h"
#include "config/secret_place.h"
#include "providers/secrets.h"

namespace rhumb::providers {
namespace {

/// Refuses what others may read, and what a group may write: it was a secret.
Result<void> check_mode(const std::string& path) {
    constexpr mode_t forbidden = 0027;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return fail(ErrorKind::unavailable, "reading the secret in {}: {}", path,
                    std::generic_category().message(errno));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorKind::invalid, "the secret in {}: that is no file", path);
    if ((status.st_mode & forbidden) != 0)
        return fail(ErrorKind::invalid,
                    "the secret in {} can be read by everybody on this machine, or written by a "
                    "group (mode {:04o}): change it where it counts, then chmod 600 {}",
                    path, status.st_mode & 07777U, path);
    return {};
}

Result<crypto::Secret> from_file(const std::string& path) {
    TRY_DONE(check_mode(path));
    auto bytes = read_file(path, secret_bytes_max);
    if (!bytes) return tl::unexpected(std::move(bytes).error().within("the secret"));
    std::string_view line = *bytes;
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    line = line.substr(0, line.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto secret = crypto::Secret::copy_of(line);
    crypto::wipe(bytes->data(), bytes->size());
    if (secret.is_empty())
        return fail(ErrorKind::invalid, "the secret in {}: its first line is empty", path);
    return secret;
}

Result<crypto::Secret> from_store(std::string_view name, const Surroundings& surroundings) {
    if (const auto* const typed = surroundings.typed_secrets) {
        if (const auto found = typed->find(name); found != typed->end())
            return crypto::Secret::copy_of(found->second.view());
    }
    TRY(const auto record, surroundings.store.read([&](const storage::View& view) {
        return storage::find_secret(view, name);
    }));
    if (!record)
        return fail(ErrorKind::not_found,
                    "there is no secret «{0}» in the store; put it there: rhumb secret set {0}",
                    name);
    auto secret = surroundings.seal.open(storage::secret_purpose(record->id), record->sealed);
    if (secret) return secret;
    return fail(ErrorKind::invalid,
                "the secret «{0}» of the store does not open ({1}); put it there anew: rhumb "
                "secret set {0}",
                name, secret.error().message);
}

}  // namespace

Result<crypto::Secret> read_secret(std::string_view place, const Surroundings& surroundings) {
    if (place.empty()) return crypto::Secret{};
    if (const auto name = config::secret_in_store(place)) return from_store(*name, surroundings);
    if (const auto file = config::secret_in_file(place)) return from_file(std::string{*file});
    return fail(
        ErrorKind::invalid,
        "a secret is at “store:NAME” (rhumb secret set NAME) or “file:/path”, nowhere else");
}

}  // namespace rhumb::providers
