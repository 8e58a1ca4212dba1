#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/text.h"
#include "certs/backup.h"
#include "certs/backup_parts.h"
#include "certs/dates.h"
#include "certs/recording.h"
#include "certs/sealed_records.h"
#include "storage/backup.h"

namespace rhumb::certs {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> failed_on(std::string_view step, const fs::path& path, int code) {
    return fail(code == EACCES || code == EPERM ? ErrorKind::denied : ErrorKind::unavailable,
                "{} {}: {}", step, path.string(), std::generic_category().message(code));
}

Result<void> sync_file(const fs::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const int code = fd >= 0 && ::fsync(fd) == 0 ? 0 : errno;
    if (fd >= 0) ::close(fd);
    if (code != 0) return failed_on("syncing", file, code);
    return {};
}

/// Which master key will open what is restored.
struct Keys {
    std::optional<crypto::Seal> seal{};        ///< nothing: none does
    std::optional<crypto::Secret> to_place{};  ///< it is in the backup, and is to be put in place
};

bool opens(const crypto::Seal& seal, const std::vector<std::string>& ids) {
    const auto has = seal.key_ids();
    return std::ranges::all_of(
        ids, [&](const auto& id) { return std::ranges::find(has, id) != has.end(); });
}

Result<std::optional<crypto::Seal>> seal_at_hand(const crypto::MasterKeyPlace& place) {
    TRY(auto keys, keys_at_hand(place));
    if (keys.empty()) return std::nullopt;
    TRY(auto seal, crypto::Seal::make(std::move(keys)));
    return std::optional{std::move(seal)};
}

tl::unexpected<Error> no_key(const RestoreOrder& order, const Backup& backup) {
    const auto key_file = (order.place.directory / "master.key").string();
    const auto needed = text::join(backup.key_ids, ", ");
    if (backup.has_key && order.password == nullptr)
        return fail(ErrorKind::conflict,
                    "the private keys in {} need the master key {}, which is not at hand but in "
                    "the backup: tell its password with --password-file. Nothing was changed",
                    order.file.string(), needed);
    return fail(ErrorKind::conflict,
                "the private keys in {} need the master key {}, which is neither at hand nor in "
                "the backup: put the file master.key that belonged to it at {} (mode 0600) and try "
                "again; if it is lost for good, --accept-loss restores all but the keys. Nothing "
                "was changed",
                order.file.string(), needed, key_file);
}

Result<Keys> find_keys(const RestoreOrder& order, const Backup& backup,
                       const storage::View& staged) {
    TRY(auto at_hand, seal_at_hand(order.place));
    if (at_hand && opens(*at_hand, backup.key_ids)) return Keys{std::move(at_hand), {}};
    if (backup.has_key && order.password != nullptr) {
        TRY(auto key, open_backup_key(staged, *order.password));
        TRY(auto seal, crypto::Seal::make(crypto::Secret::copy_of(key.view())));
        if (order.place.credential)
            return fail(ErrorKind::conflict,
                        "the master key of this installation is a systemd credential, which only "
                        "systemd can change, and is another one than that of the backup ({}): "
                        "restore without it into a directory of its own, and give the service the "
                        "file master.key from there. Nothing was changed",
                        seal.key_id());
        if (opens(seal, backup.key_ids)) return Keys{std::move(seal), std::move(key)};
    }
    if (order.accepts_loss) return Keys{};
    return no_key(order, backup);
}

/// What is staged becomes what the restored store will be.
Result<void> finish_staged(storage::Store& staged, const RestoreOrder& order, const Backup& backup,
                           const Keys& keys, const fs::path& before, const Actor& actor) {
    if (keys.seal && !order.accepts_loss) {
        TRY(const auto report,
            staged.read([&](const storage::View& view) { return check_sealed(view, *keys.seal); }));
        for (const auto& fault : report.faults)
            if (fault.is_in_use)
                return fail(ErrorKind::conflict,
                            "{}: the key of {} does not open: {}. With --accept-loss it is "
                            "restored nevertheless",
                            order.file.string(), fault.owner, fault.message);
    }
    return staged.transact([&](storage::Transaction& transaction) -> Result<void> {
        for (const auto* const key : {"made", "program", "host", "data", "key"})
            TRY_DONE(transaction.remove_setting(fmt::format("backup.{}", key)));
        // From now on the store says which key it needs: so a program that finds two takes the
        // right one, and one that finds another says so.
        TRY(const auto named, transaction.find_setting(master_key_setting));
        if (!named && !backup.key_ids.empty()) {
            TRY(const auto id, text::from_hex(backup.key_ids.front()));
            TRY_DONE(transaction.put_setting(master_key_setting, id));
        }
        TRY_DONE(transaction.add_event(
            make_event(actor, order.now, "backup.restored", order.file.string(),
                       fmt::format("made {}; what was there before: {}", to_date(backup.made),
                                   before.string()))));
        return {};
    });
}

/// Copies what is there into `before`. A store that cannot be read as one is copied as it lies.
Result<void> keep(const fs::path& data, const fs::path& before, bool with_key) {
    if (::mkdir(before.c_str(), 0700) != 0) return failed_on("making the directory", before, errno);
    std::error_code failed;
    const auto database = data / "rhumb.db";
    if (fs::exists(database, failed)) {
        const auto copy = before / "rhumb.db";
        const int fd = ::open(copy.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0) return failed_on("making", copy, errno);
        ::close(fd);
        if (const auto copied = storage::copy_database(database, copy); !copied) {
            if (copied.error().kind != ErrorKind::internal) return copied;
            for (const auto* const end : {"", "-wal"}) {
                const fs::path from = database.string() + end;
                if (!fs::exists(from, failed)) continue;
                fs::copy_file(from, before / from.filename(), fs::copy_options::overwrite_existing,
                              failed);
                if (failed) return failed_on("copying", from, failed.value());
            }
        }
        TRY_DONE(sync_file(copy));
    }
    for (const auto* const name : {"master.key", "master.key.next"}) {
        // The same file under another name: it stays when another one takes the old name.
        const auto to = before / name;
        if (with_key && ::link((data / name).c_str(), to.c_str()) != 0 && errno != ENOENT)
            return failed_on("keeping", data / name, errno);
    }
    return sync_directory(before);
}

/// A name that is free: "before-restore-20261123T064500Z".
fs::path before_in(const fs::path& data, Seconds now) {
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::hh_mm_ss clock{now - day};
    auto digits = to_date(now);
    std::erase(digits, '-');
    const auto name =
        fmt::format("before-restore-{}T{:02}{:02}{:02}Z", digits, clock.hours().count(),
                    clock.minutes().count(), clock.seconds().count());
    std::error_code failed;
    auto path = data / name;
    for (int number = 2; fs::exists(path, failed); ++number)
        path = data / fmt::format("{}-{}", name, number);
    return path;
}

/// Files that root has made belong to whom the data directory belongs to, or its server could not
/// read them.
void hand_over(const fs::path& data, const fs::path& before) {
    struct stat owner {};
    if (::geteuid() != 0 || ::stat(data.c_str(), &owner) != 0) return;
    std::vector<fs::path> paths{data / "rhumb.db", data / "master.key", data / "server.lock",
                                before};
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator{before, failed}) paths.push_back(entry.path());
    for (const auto& path : paths)
        if (::lchown(path.c_str(), owner.st_uid, owner.st_gid) != 0 && errno != ENOENT) return;
}

/// The staged store takes the place of what is there.
Result<void> swap(const fs::path& data, const fs::path& staged) {
    const auto database = data / "rhumb.db";
    std::error_code failed;
    if (fs::exists(database, failed)) {
        auto replaced = storage::replace_content(database, staged);
        if (replaced || replaced.error().kind != ErrorKind::conflict) return replaced;
        // It is damaged beyond that; a copy as it lies was kept. A log of the old must not be taken
        // for one of the new.
        for (const auto* const end : {"-wal", "-shm"})
            fs::remove(fs::path{database.string() + end}, failed);
    }
    TRY_DONE(sync_file(staged));
    if (::rename(staged.c_str(), database.c_str()) != 0)
        return failed_on("putting in place", database, errno);
    return sync_directory(data);
}

}  // namespace

Result<Restored> restore_backup(const RestoreOrder& order, const Actor& actor) {
    const auto& data = order.place.directory;
    // A copy of its own: what is checked is what is restored.
    TRY(const auto work, Scratch::make_at(data / "restore.part"));
    TRY_DONE(copy_as_store(order.file, work.path()));
    Restored restored;
    TRY(restored.backup, check_backup(work.path() / "rhumb.db"));
    restored.backup.file = order.file;
    std::error_code failed;
    const bool has_before = fs::exists(data / "rhumb.db", failed);
    const auto before = before_in(data, order.now);

    Keys keys;
    {
        TRY(auto staged, storage::Store::open(work.path()));
        auto found = staged.read(
            [&](const storage::View& view) { return find_keys(order, restored.backup, view); });
        if (!found) return tl::unexpected(std::move(found).error());
        keys = *std::move(found);
        TRY_DONE(finish_staged(staged, order, restored.backup, keys, before, actor));
        TRY(const bool is_alone, staged.scrub());
        (void)is_alone;
    }
    restored.is_key_replaced = keys.to_place.has_value();
    if (has_before || restored.is_key_replaced) {
        TRY_DONE(keep(data, work.path() / "before", restored.is_key_replaced));
        if (::rename((work.path() / "before").c_str(), before.c_str()) != 0)
            return failed_on("keeping what was there in", before, errno);
        TRY_DONE(sync_directory(data));
        restored.before = before;
    }
    if (keys.to_place) TRY_DONE(crypto::put_next_master_key(order.place, *keys.to_place));
    TRY_DONE(swap(data, work.path() / "rhumb.db"));
    if (keys.to_place) TRY_DONE(crypto::promote_next_master_key(order.place));
    hand_over(data, before);
    if (!keys.seal && !restored.backup.key_ids.empty())
        restored.notes.emplace_back(
            "the private keys do not open: make new ones with `rhumb keys rotate --accept-loss` and "
            "then `rhumb ca rotate --now`");
    return restored;
}

}  // namespace rhumb::certs
