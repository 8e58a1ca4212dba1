#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::vector<BackupRecord>> View::backups(std::size_t count_max) const {
    return session_.guarded(
        "reading which backups there are",
        [&](soci::session& sql) -> Result<std::vector<BackupRecord>> {
            BackupRecord row;
            long long id = 0;
            long long time = 0;
            long long has_key = 0;
            long long size = 0;
            const auto limit = static_cast<long long>(count_max);
            soci::statement statement =
                (sql.prepare << "SELECT id, time, file, has_key, size, digest FROM backup"
                                " ORDER BY id DESC LIMIT :limit",
                 soci::into(id), soci::into(time), soci::into(row.file), soci::into(has_key),
                 soci::into(size), soci::into(row.digest), soci::use(limit, "limit"));
            statement.execute();
            std::vector<BackupRecord> backups;
            while (statement.fetch()) {
                row.id = id;
                row.time = to_seconds(time);
                row.has_key = has_key != 0;
                row.size = static_cast<std::uint64_t>(size);
                backups.push_back(row);
            }
            return backups;
        });
}

Result<Id> Transaction::add_backup(const BackupRecord& backup) {
    return session_.guarded("noting a backup", [&](soci::session& sql) -> Result<Id> {
        const long long time = to_column(backup.time);
        const long long has_key = backup.has_key ? 1 : 0;
        const auto size = static_cast<long long>(backup.size);
        sql << "INSERT INTO backup (time, file, has_key, size, digest)"
               " VALUES (:time, :file, :has_key, :size, :digest)",
            soci::use(time, "time"), soci::use(backup.file, "file"), soci::use(has_key, "has_key"),
            soci::use(size, "size"), soci::use(backup.digest, "digest");
        return last_id(sql);
    });
}

}  // namespace rhumb::storage
