#include "certs/backup.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/text.h"
#include "certs/backup_parts.h"
#include "certs/recording.h"
#include "certs/sealed_records.h"
#include "crypto/hash.h"
#include "storage/backup.h"

namespace rhumb::certs {

namespace {

constexpr std::size_t file_size_max = std::size_t{1} << 34U;

std::string reason(int code) { return std::generic_category().message(code); }

/// The file while it is made: `NAME.part`, held by a lock that goes with the program. What a killed
/// one has left is used again.
class Part {
public:
    static Result<Part> take(const std::filesystem::path& file) {
        Part part{file, file.string() + ".part"};
        part.fd_ = ::open(part.path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (part.fd_ < 0) return part.failed("making");
        if (::flock(part.fd_, LOCK_EX | LOCK_NB) != 0)
            return fail(ErrorKind::conflict, "another program is writing the backup {} just now",
                        file.string());
        if (::fchmod(part.fd_, 0600) != 0 || ::ftruncate(part.fd_, 0) != 0)
            return part.failed("emptying");
        return part;
    }
    Part(Part&& other) noexcept
        : file_{std::move(other.file_)},
          path_{std::move(other.path_)},
          fd_{std::exchange(other.fd_, -1)} {}
    Part& operator=(Part&&) = delete;
    ~Part() {
        if (fd_ < 0) return;
        ::unlink(path_.c_str());
        ::close(fd_);
    }
    const std::filesystem::path& path() const { return path_; }

    /// Gives it its name, in one step that a crash of the machine cannot halve.
    Result<void> finish(bool replaces) {
        if (::fsync(fd_) != 0) return failed("syncing");
        const unsigned flags = replaces ? 0 : RENAME_NOREPLACE;
        int code =
            ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, file_.c_str(), flags) == 0 ? 0 : errno;
        if (code == EINVAL)  // a file system that does not know the flag
            code = ::rename(path_.c_str(), file_.c_str()) == 0 ? 0 : errno;
        if (code == EEXIST) return already_there(file_);
        errno = code;
        if (code != 0) return failed("renaming");
        ::close(std::exchange(fd_, -1));
        return sync_directory(file_.parent_path());
    }

private:
    Part(std::filesystem::path file, std::filesystem::path path)
        : file_{std::move(file)}, path_{std::move(path)} {}
    tl::unexpected<Error> failed(std::string_view step) const {
        const auto kind = errno == EACCES || errno == EPERM ? ErrorKind::denied
                          : errno == ENOENT                 ? ErrorKind::not_found
                                                            : ErrorKind::unavailable;
        return fail(kind, "{} the backup {}: {}", step, path_.string(), reason(errno));
    }
    static tl::unexpected<Error> already_there(const std::filesystem::path& file) {
        return fail(ErrorKind::conflict, "{} is there already; to write over it: --yes",
                    file.string());
    }
    friend Result<void> check_free(const std::filesystem::path& file, bool replaces);

    std::filesystem::path file_;
    std::filesystem::path path_;
    int fd_ = -1;
};

/// The same refusal as at the end, before the work.
Result<void> check_free(const std::filesystem::path& file, bool replaces) {
    std::error_code failed;
    const auto status = std::filesystem::status(file, failed);
    if (!std::filesystem::exists(status)) return {};
    if (!std::filesystem::is_regular_file(status))
        return fail(ErrorKind::conflict, "{} is no regular file, and is left as it is",
                    file.string());
    return replaces ? Result<void>{} : Part::already_there(file);
}

/// The master key that the store is sealed under, as it goes into a backup.
Result<std::string> sealed_key(storage::Store& store, const crypto::MasterKeyPlace& place,
                               const BackupOrder& order) {
    TRY(const auto seal, open_seal(store, place));
    TRY(const auto keys, keys_at_hand(place));
    for (const auto& key : keys) {
        TRY(const auto id, key_id_of(key));
        if (id == seal.key_id())
            return crypto::seal_under_password(backup_key_purpose, *order.password, key.view(),
                                               order.cost);
    }
    return fail(ErrorKind::conflict,
                "the master key {} was changed by another program at the same time: try again",
                seal.key_id());
}

Result<void> write_description(storage::Store& store, const crypto::MasterKeyPlace& place,
                               const BackupOrder& order, const std::filesystem::path& file) {
    std::map<std::string, std::string> settings{
        {"backup.made", std::to_string(order.now.time_since_epoch().count())},
        {"backup.program", order.program},
        {"backup.host", order.host},
        {"backup.data", std::filesystem::absolute(store.directory()).string()}};
    if (order.password != nullptr) {
        TRY(auto key, sealed_key(store, place, order));
        settings.emplace("backup.key", std::move(key));
    }
    return storage::write_settings(file, settings);
}

Result<void> remember(storage::Store& store, const Backup& backup, const Actor& actor,
                      Seconds now) {
    TRY(const auto bytes, read_file(backup.file, file_size_max));
    TRY(const auto digest, crypto::sha256(bytes));
    return store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_backup(
            {0, now, backup.file.string(), backup.has_key, bytes.size(), text::to_hex(digest)}));
        TRY_DONE(transaction.add_event(make_event(
            actor, now, "backup.created", backup.file.string(),
            backup.has_key ? "with the master key, under a password" : "without the master key")));
        return {};
    });
}

}  // namespace

Result<Backup> make_backup(storage::Store& store, const crypto::MasterKeyPlace& place,
                           const BackupOrder& order, const Actor& actor) {
    const auto file = std::filesystem::absolute(order.file);
    TRY_DONE(check_free(file, order.replaces));
    TRY(auto part, Part::take(file));
    TRY_DONE(storage::copy_database(store.directory() / "rhumb.db", part.path()));
    TRY_DONE(write_description(store, place, order, part.path()));
    auto checked = check_backup(part.path(), order.password);
    if (!checked)
        return tl::unexpected(
            std::move(checked).error().within("what was written does not pass its check"));
    TRY_DONE(part.finish(order.replaces));
    auto backup = *std::move(checked);
    backup.file = file;
    if (auto remembered = remember(store, backup, actor, order.now); !remembered)
        return tl::unexpected(
            std::move(remembered)
                .error()
                .within(fmt::format("the backup {} is written and good, but could not be noted",
                                    file.string())));
    return backup;
}

namespace {

/// What the file says of itself.
Result<Backup> read_description(const std::filesystem::path& file) {
    TRY(auto settings, storage::read_settings(file, "backup."));
    Backup backup{
        .file = file,
        .made =
            Seconds{std::chrono::seconds{text::to_integer(settings["backup.made"]).value_or(0)}},
        .program = settings["backup.program"],
        .host = settings["backup.host"],
        .data = settings["backup.data"]};
    backup.has_key = settings.contains("backup.key");
    std::error_code failed;
    backup.size = std::filesystem::file_size(file, failed);
    return backup;
}

Result<void> judge(const std::filesystem::path& file, const storage::Inspection& seen) {
    if (seen.is_newer())
        return fail(ErrorKind::conflict,
                    "{} was made by a newer Rhumb (its schema is {}, this program knows {}): use "
                    "that one",
                    file.string(), seen.schema, seen.schema_known);
    if (!seen.damages.empty())
        return fail(ErrorKind::invalid, "{} is damaged ({}): take another backup", file.string(),
                    seen.damages.front());
    if (!seen.strangers.empty())
        return fail(ErrorKind::invalid,
                    "{} is not as Rhumb makes its stores ({}): take another backup", file.string(),
                    text::join(seen.strangers, ", "));
    return {};
}

/// Of a file that cannot be read as a store: what helps a store does not help a backup.
Error unreadable(const std::filesystem::path& file, const Error& error) {
    // What SQLite itself says stands at the end, in brackets.
    const auto begin = error.message.rfind('[');
    const auto reason = begin == std::string::npos ? "" : " " + error.message.substr(begin);
    return {ErrorKind::invalid,
            fmt::format("{} is no backup of Rhumb, or is damaged: take another backup{}",
                        file.string(), reason)};
}

/// A store in use keeps its last changes beside it.
Result<void> check_is_alone(const std::filesystem::path& file) {
    std::error_code failed;
    const std::filesystem::path log = file.string() + "-wal";
    if (!std::filesystem::exists(log, failed) || std::filesystem::file_size(log, failed) == 0)
        return {};
    return fail(ErrorKind::invalid,
                "{} is a store that was in use, with changes in {}: make a backup of it with "
                "`rhumb backup create`",
                file.string(), log.string());
}

Result<void> look_inside(const storage::Store& store, const crypto::Secret* password,
                         Backup& backup) {
    return store.read([&](const storage::View& view) -> Result<void> {
        TRY(const auto certificates, view.certificates());
        backup.certificates = certificates.size();
        TRY(backup.key_ids, sealing_keys(view));
        if (password == nullptr) return {};
        TRY(auto key, open_backup_key(view, *password));
        TRY(const auto seal, crypto::Seal::make(std::move(key)));
        TRY(const auto report, check_sealed(view, seal));
        for (const auto& fault : report.faults)
            if (fault.is_in_use)
                return fail(ErrorKind::invalid, "{}: the key of {} does not open: {}",
                            backup.file.string(), fault.owner, fault.message);
        return {};
    });
}

}  // namespace

Result<Backup> check_backup(const std::filesystem::path& file, const crypto::Secret* password) {
    TRY_DONE(check_is_alone(file));
    auto seen = storage::inspect(file, storage::Depth::full, storage::Use::alone);
    if (!seen) {
        auto error = std::move(seen).error();
        if (error.kind == ErrorKind::conflict || error.kind == ErrorKind::internal)
            return tl::unexpected(unreadable(file, error));
        return tl::unexpected(std::move(error));
    }
    TRY_DONE(judge(file, *seen));
    TRY(auto backup, read_description(file));
    backup.schema = seen->schema;
    backup.is_older = seen->is_older();
    // It is opened as a store would be, which may change it: a copy of it, then.
    TRY(const auto scratch, Scratch::make(std::filesystem::temp_directory_path()));
    TRY_DONE(copy_as_store(file, scratch.path()));
    TRY(const auto store, storage::Store::open(scratch.path()));
    TRY_DONE(look_inside(store, password, backup));
    return backup;
}

}  // namespace rhumb::certs
