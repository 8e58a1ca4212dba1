#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::optional<std::string>> View::find_setting(std::string_view key) const {
    return session_.guarded("reading a setting",
                            [&](soci::session& sql) -> Result<std::optional<std::string>> {
                                const std::string wanted{key};
                                soci::blob value{sql};
                                sql << "SELECT value FROM setting WHERE key = :key",
                                    soci::into(value), soci::use(wanted, "key");
                                if (!sql.got_data()) return std::nullopt;
                                return bytes_of(value);
                            });
}

Result<void> Transaction::put_setting(std::string_view key, std::string_view value) {
    return session_.guarded("keeping a setting", [&](soci::session& sql) -> Result<void> {
        const std::string name{key};
        soci::blob bytes{sql};
        fill(bytes, value);
        sql << "INSERT INTO setting (key, value) VALUES (:key, :value)"
               " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            soci::use(name, "key"), soci::use(bytes, "value");
        return {};
    });
}

Result<void> Transaction::remove_setting(std::string_view key) {
    return session_.guarded("removing a setting", [&](soci::session& sql) -> Result<void> {
        const std::string name{key};
        sql << "DELETE FROM setting WHERE key = :key", soci::use(name, "key");
        return {};
    });
}

}  // namespace rhumb::storage
