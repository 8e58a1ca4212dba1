#include "storage/failure.h"

#include <system_error>

#include <soci/sqlite3/soci-sqlite3.h>

namespace rhumb::storage {
namespace {

/// "12 MiB free of 64 MiB"; "" when the file system does not say.
std::string free_space(const std::filesystem::path& directory) {
    std::error_code error;
    const auto space = std::filesystem::space(directory, error);
    if (error) return "";
    constexpr std::uintmax_t mebibyte = 1U << 20U;
    return fmt::format(" ({} MiB free of {} MiB)", space.available / mebibyte,
                       space.capacity / mebibyte);
}

}  // namespace

Error failure(int code, std::string_view step, const std::filesystem::path& database,
              std::string_view text) {
    const auto directory = database.parent_path();
    const auto say = [&](ErrorKind kind, std::string_view what) {
        return Error{
            kind, fmt::format("{} in the store {}: {} [{}]", step, database.string(), what, text)};
    };
    switch (code & 0xFF) {
        case SQLITE_FULL:
        case SQLITE_IOERR:
            return say(
                ErrorKind::unavailable,
                fmt::format(
                    "the disk of {} is full or fails{}; nothing was changed. Free some space there and "
                    "try again",
                    directory.string(), free_space(directory)));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return say(
                ErrorKind::unavailable,
                "another process has been changing it for too long; nothing was changed. Try again");
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_CANTOPEN:
            return say(
                ErrorKind::denied,
                fmt::format(
                    "the database, or the directory {}, cannot be written. Run the command as the user "
                    "who owns them, and see that there is space{}",
                    directory.string(), free_space(directory)));
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return say(
                ErrorKind::internal,
                "the file is damaged or is no database; nothing was changed. Put a backup in its place, or "
                "move it away to begin anew");
        case SQLITE_CONSTRAINT:
            return say(ErrorKind::conflict, "that contradicts what is there; nothing was changed");
        default: return say(ErrorKind::internal, "the database failed; nothing was changed");
    }
}

}  // namespace rhumb::storage
