#include "base/text.h"
#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::vector<MirrorRecord>> View::mirrors() const {
    return session_.guarded(
        "reading the mirrors", [&](soci::session& sql) -> Result<std::vector<MirrorRecord>> {
            MirrorRecord row;
            long long is_hook_due = 0;
            soci::statement statement =
                (sql.prepare << "SELECT certificate, directory, hook, written, hook_due, last_error"
                                " FROM mirror ORDER BY certificate",
                 soci::into(row.certificate), soci::into(row.directory), soci::into(row.hook),
                 soci::into(row.written), soci::into(is_hook_due), soci::into(row.last_error));
            statement.execute();
            std::vector<MirrorRecord> mirrors;
            while (statement.fetch()) {
                row.is_hook_due = is_hook_due != 0;
                mirrors.push_back(row);
            }
            return mirrors;
        });
}

Result<void> Transaction::put_mirror(const MirrorRecord& mirror) {
    TRY(const auto all, mirrors());
    for (const auto& other : all) {
        if (other.directory == mirror.directory &&
            !text::iequals(other.certificate, mirror.certificate)) {
            return fail(ErrorKind::conflict,
                        "the directory {} has the certificate «{}» already: choose another one",
                        mirror.directory, other.certificate);
        }
    }
    return session_.guarded("keeping a mirror", [&](soci::session& sql) -> Result<void> {
        const long long is_hook_due = mirror.is_hook_due ? 1 : 0;
        sql << "INSERT INTO mirror (certificate, directory, hook, written, hook_due, last_error)"
               " VALUES (:certificate, :directory, :hook, :written, :hook_due, :last_error)"
               " ON CONFLICT (certificate) DO UPDATE SET directory = excluded.directory,"
               " hook = excluded.hook, written = excluded.written, hook_due = excluded.hook_due,"
               " last_error = excluded.last_error",
            soci::use(mirror.certificate, "certificate"), soci::use(mirror.directory, "directory"),
            soci::use(mirror.hook, "hook"), soci::use(mirror.written, "written"),
            soci::use(is_hook_due, "hook_due"), soci::use(mirror.last_error, "last_error");
        return {};
    });
}

Result<void> Transaction::remove_mirror(std::string_view certificate) {
    return session_.guarded("removing a mirror", [&](soci::session& sql) -> Result<void> {
        const std::string wanted{certificate};
        sql << "DELETE FROM mirror WHERE certificate = :certificate",
            soci::use(wanted, "certificate");
        if (changed_rows(sql) == 0)
            return fail(ErrorKind::not_found, "the certificate «{}» has no mirror", certificate);
        return {};
    });
}

}  // namespace rhumb::storage
