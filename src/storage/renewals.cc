#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::optional<RenewalClaim>> View::find_renewal_claim(std::string_view name) const {
    return session_.guarded(
        "reading who renews", [&](soci::session& sql) -> Result<std::optional<RenewalClaim>> {
            const std::string wanted{name};
            RenewalClaim claim;
            long long until = 0;
            sql << "SELECT name, holder, until FROM renewal_claim WHERE name = :name",
                soci::into(claim.name), soci::into(claim.holder), soci::into(until),
                soci::use(wanted, "name");
            if (!sql.got_data()) return std::nullopt;
            claim.until = to_seconds(until);
            return claim;
        });
}

Result<std::vector<std::string>> View::expiry_warnings(Id certificate) const {
    return session_.guarded("reading the warnings",
                            [&](soci::session& sql) -> Result<std::vector<std::string>> {
                                const long long wanted = certificate;
                                std::string threshold;
                                soci::statement statement =
                                    (sql.prepare << "SELECT threshold FROM expiry_warning"
                                                    " WHERE certificate = :id ORDER BY threshold",
                                     soci::into(threshold), soci::use(wanted, "id"));
                                statement.execute();
                                std::vector<std::string> thresholds;
                                while (statement.fetch()) thresholds.push_back(threshold);
                                return thresholds;
                            });
}

Result<void> Transaction::put_renewal_claim(const RenewalClaim& claim) {
    return session_.guarded("noting who renews", [&](soci::session& sql) -> Result<void> {
        const long long until = to_column(claim.until);
        sql << "INSERT INTO renewal_claim (name, holder, until) VALUES (:name, :holder, :until)"
               " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,"
               " until = excluded.until",
            soci::use(claim.name, "name"), soci::use(claim.holder, "holder"),
            soci::use(until, "until");
        return {};
    });
}

Result<void> Transaction::remove_renewal_claim(std::string_view name, std::string_view holder) {
    return session_.guarded("noting who renews", [&](soci::session& sql) -> Result<void> {
        const std::string wanted{name};
        const std::string whose{holder};
        sql << "DELETE FROM renewal_claim WHERE name = :name AND holder = :holder",
            soci::use(wanted, "name"), soci::use(whose, "holder");
        return {};
    });
}

Result<void> Transaction::add_expiry_warning(Id certificate, std::string_view threshold,
                                             Seconds when) {
    return session_.guarded("noting a warning", [&](soci::session& sql) -> Result<void> {
        const long long id = certificate;
        const std::string which{threshold};
        const long long time = to_column(when);
        sql << "INSERT OR IGNORE INTO expiry_warning (certificate, threshold, time)"
               " VALUES (:id, :threshold, :time)",
            soci::use(id, "id"), soci::use(which, "threshold"), soci::use(time, "time");
        return {};
    });
}

}  // namespace rhumb::storage
