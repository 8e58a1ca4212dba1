#include <array>

#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

/// In the order of SealedPlace: where the blobs of that place are.
struct Place {
    const char* table;
    const char* blob;
    const char* name;
    const char* pem;
    const char* is_in_use;
};

constexpr std::array<Place, 9> places{{
    {"certificate", "sealed_key", "name", "chain_pem", "archived IS NULL"},
    {"request", "sealed_key", "name", "request_pem", "answered IS NULL"},
    {"authority", "sealed_root_key", "name", "root_pem", "retired IS NULL"},
    {"intermediate", "sealed_key",
     "(SELECT name FROM authority WHERE authority.id = intermediate.authority)", "pem",
     "retired IS NULL"},
    {"client_certificate", "sealed_key", "user", "chain_pem", "1"},
    {"token_key", "sealed", "name", "''", "1"},
    {"second_factor", "sealed", "user", "''", "1"},
    {"secret", "sealed", "name", "''", "1"},
    {"known_person", "sealed", "name || ' of ' || provider", "''", "1"},
}};

std::vector<SealedRecord> select(soci::session& sql, SealedPlace which) {
    const auto& place = places.at(static_cast<std::size_t>(which));
    SealedRecord row;
    row.place = which;
    long long id = 0;
    long long is_in_use = 0;
    soci::blob blob{sql};
    const auto query =
        fmt::format("SELECT id, {}, {}, {}, {} FROM {} WHERE length({}) > 0 ORDER BY id",
                    place.name, place.pem, place.blob, place.is_in_use, place.table, place.blob);
    soci::statement statement = (sql.prepare << query, soci::into(id), soci::into(row.name),
                                 soci::into(row.pem), soci::into(blob), soci::into(is_in_use));
    statement.execute();
    std::vector<SealedRecord> found;
    while (statement.fetch()) {
        row.id = id;
        row.blob = bytes_of(blob);
        row.is_in_use = is_in_use != 0;
        found.push_back(row);
    }
    return found;
}

}  // namespace

Result<std::vector<SealedRecord>> View::sealed() const {
    return session_.guarded("reading what is sealed",
                            [&](soci::session& sql) -> Result<std::vector<SealedRecord>> {
                                std::vector<SealedRecord> all;
                                for (std::size_t index = 0; index < places.size(); ++index) {
                                    auto some = select(sql, static_cast<SealedPlace>(index));
                                    all.insert(all.end(), std::make_move_iterator(some.begin()),
                                               std::make_move_iterator(some.end()));
                                }
                                return all;
                            });
}

Result<void> Transaction::put_sealed(SealedPlace place, Id id, std::string_view blob) {
    return session_.guarded("sealing anew", [&](soci::session& sql) -> Result<void> {
        const auto& where = places.at(static_cast<std::size_t>(place));
        soci::blob bytes{sql};
        fill(bytes, blob);
        const long long wanted = id;
        sql << fmt::format("UPDATE {} SET {} = :blob WHERE id = :id", where.table, where.blob),
            soci::use(bytes, "blob"), soci::use(wanted, "id");
        if (changed_rows(sql) == 0)
            return fail(ErrorKind::not_found, "there is no {} with the id {}", where.table, id);
        return {};
    });
}

}  // namespace rhumb::storage
