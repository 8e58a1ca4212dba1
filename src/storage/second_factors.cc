#include "storage/second_factors.h"

#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

constexpr const char* columns =
    "SELECT id, user, sealed, confirmed, last_step, created FROM second_factor ";

/// Where the columns of a row go while rows are fetched.
struct Row {
    explicit Row(soci::session& sql) : sealed{sql} {}

    std::string user;
    soci::blob sealed;
    long long id = 0;
    OptionalColumn confirmed;
    long long last_step = 0;
    long long created = 0;

    SecondFactorRecord value() {
        return {.id = id,
                .user = user,
                .sealed = bytes_of(sealed),
                .confirmed = confirmed.to_time(),
                .last_step = last_step,
                .created = to_seconds(created)};
    }
};

std::vector<SecondFactorRecord> fetch(Row& row, soci::statement& statement) {
    statement.execute();
    std::vector<SecondFactorRecord> found;
    while (statement.fetch()) found.push_back(row.value());
    return found;
}

}  // namespace

std::string second_factor_purpose(Id id) { return fmt::format("second factor {}", id); }

Result<std::vector<SecondFactorRecord>> second_factors(const View& view) {
    return view.session().guarded(
        "reading the second factors",
        [](soci::session& sql) -> Result<std::vector<SecondFactorRecord>> {
            Row row{sql};
            soci::statement statement =
                (sql.prepare << std::string{columns} + "ORDER BY user", soci::into(row.id),
                 soci::into(row.user), soci::into(row.sealed),
                 soci::into(row.confirmed.value, row.confirmed.is), soci::into(row.last_step),
                 soci::into(row.created));
            return fetch(row, statement);
        });
}

Result<std::optional<SecondFactorRecord>> find_second_factor(const View& view,
                                                             std::string_view user) {
    return view.session().guarded(
        "reading a second factor",
        [&](soci::session& sql) -> Result<std::optional<SecondFactorRecord>> {
            Row row{sql};
            const std::string wanted{user};
            soci::statement statement =
                (sql.prepare << std::string{columns} + "WHERE user = :user", soci::into(row.id),
                 soci::into(row.user), soci::into(row.sealed),
                 soci::into(row.confirmed.value, row.confirmed.is), soci::into(row.last_step),
                 soci::into(row.created), soci::use(wanted, "user"));
            auto found = fetch(row, statement);
            if (found.empty()) return std::nullopt;
            return std::move(found.front());
        });
}

Result<Id> add_second_factor(Transaction& transaction, const SecondFactorRecord& factor) {
    TRY_DONE(remove_second_factor(transaction, factor.user));
    return transaction.session().guarded(
        "adding a second factor", [&](soci::session& sql) -> Result<Id> {
            const long long last_step = factor.last_step;
            const long long created = to_column(factor.created);
            OptionalColumn confirmed{factor.confirmed};
            soci::blob sealed{sql};
            fill(sealed, factor.sealed);
            sql << "INSERT INTO second_factor (user, sealed, confirmed, last_step, created)"
                   " VALUES (:user, :sealed, :confirmed, :last_step, :created)",
                soci::use(factor.user, "user"), soci::use(sealed, "sealed"),
                soci::use(confirmed.value, confirmed.is, "confirmed"),
                soci::use(last_step, "last_step"), soci::use(created, "created");
            return last_id(sql);
        });
}

Result<void> update_second_factor(Transaction& transaction, const SecondFactorRecord& factor) {
    return transaction.session().guarded(
        "changing a second factor", [&](soci::session& sql) -> Result<void> {
            const long long id = factor.id;
            const long long last_step = factor.last_step;
            OptionalColumn confirmed{factor.confirmed};
            sql << "UPDATE second_factor SET confirmed = :confirmed, last_step = :last_step"
                   " WHERE id = :id",
                soci::use(confirmed.value, confirmed.is, "confirmed"),
                soci::use(last_step, "last_step"), soci::use(id, "id");
            if (changed_rows(sql) == 0)
                return fail(ErrorKind::not_found, "«{}» has no second factor", factor.user);
            return {};
        });
}

Result<bool> remove_second_factor(Transaction& transaction, std::string_view user) {
    return transaction.session().guarded(
        "removing a second factor", [&](soci::session& sql) -> Result<bool> {
            const std::string wanted{user};
            sql << "DELETE FROM recovery_code WHERE user = :user", soci::use(wanted, "user");
            sql << "DELETE FROM second_factor WHERE user = :user", soci::use(wanted, "user");
            return changed_rows(sql) > 0;
        });
}

Result<void> put_recovery_codes(Transaction& transaction, std::string_view user,
                                const std::vector<std::string>& digests) {
    return transaction.session().guarded(
        "keeping recovery codes", [&](soci::session& sql) -> Result<void> {
            const std::string wanted{user};
            sql << "DELETE FROM recovery_code WHERE user = :user", soci::use(wanted, "user");
            for (const auto& digest : digests)
                sql << "INSERT INTO recovery_code (user, code) VALUES (:user, :code)",
                    soci::use(wanted, "user"), soci::use(digest, "code");
            return {};
        });
}

Result<std::size_t> count_recovery_codes(const View& view, std::string_view user) {
    return view.session().guarded(
        "counting recovery codes", [&](soci::session& sql) -> Result<std::size_t> {
            const std::string wanted{user};
            long long count = 0;
            sql << "SELECT count(*) FROM recovery_code WHERE user = :user AND used IS NULL",
                soci::into(count), soci::use(wanted, "user");
            return static_cast<std::size_t>(count);
        });
}

Result<bool> use_recovery_code(Transaction& transaction, std::string_view user,
                               std::string_view digest, Seconds when) {
    return transaction.session().guarded(
        "using a recovery code", [&](soci::session& sql) -> Result<bool> {
            const std::string wanted{user};
            const std::string code{digest};
            const long long used = to_column(when);
            sql << "UPDATE recovery_code SET used = :used"
                   " WHERE user = :user AND code = :code AND used IS NULL",
                soci::use(used, "used"), soci::use(wanted, "user"), soci::use(code, "code");
            return changed_rows(sql) > 0;
        });
}

}  // namespace rhumb::storage
