#include <algorithm>

#include "base/text.h"
#include "crypto/crypt_hash.h"
#include "storage/sql_accounts_state.h"
#include "storage/sql_records.h"

namespace rhumb::storage {

namespace {

// A user that is hardly there; only the columns of the answer matter.
constexpr const char* nobody = "rhumb-looks-at-the-columns";
constexpr std::size_t first_users_max = 10;

/// One look; runs on the session's thread and owns what it needs.
class Looker {
public:
    Looker(const SqlDialect& dialect, std::string schema, std::optional<SqlAccountQueries> queries)
        : dialect_{&dialect}, schema_{std::move(schema)}, queries_{std::move(queries)} {}

    Result<SqlLook> operator()(SqlRun& run) {
        TRY(const auto version, run.rows(std::string{dialect_->server_version}, {}, 1));
        if (!version.rows.empty()) look_.server = in_one_line(version.rows[0][0].value_or(""));
        if (queries_)
            TRY_DONE(look_at_queries(run));
        else
            TRY_DONE(look_at_tables(run));
        return look_;
    }

private:
    Result<void> look_at_tables(SqlRun& run) {
        TRY(const auto tables,
            run.rows(std::string{dialect_->has_tables}, {{"schema", schema_}}, 1));
        if (tables.rows.empty() || tables.rows[0][0].value_or("0") == "0") return {};
        TRY(const auto version, run.rows(with_schema(dialect_->version, schema_), {}, 1));
        const bool is_known =
            !version.rows.empty() && version.rows[0][0] == fmt::to_string(sql_schema_version);
        look_.schema = is_known ? SqlLook::Schema::ours : SqlLook::Schema::newer;
        if (!is_known) return {};
        return look_at_users(run, with_schema(dialect_->list_users, schema_));
    }

    Result<void> look_at_queries(SqlRun& run) {
        const SqlParameters who{{"name", nobody}, {"user", nobody}};
        if (!queries_->find_user.empty()) {
            TRY(const auto found, run.rows(queries_->find_user, who, 10));
            judge_columns("find_user", found, "name");
            if (!found.column("password"))
                look_.remarks.emplace_back(
                    "find_user has no column «password»: nobody gets in by a password");
        }
        if (!queries_->list_users.empty()) TRY_DONE(look_at_users(run, queries_->list_users));
        if (!queries_->roles_of.empty()) {
            TRY(const auto roles, run.rows(queries_->roles_of, who, 1000));
            judge_columns("roles_of", roles, "role");
        }
        if (!queries_->list_roles.empty()) {
            TRY(const auto roles, run.rows(queries_->list_roles, {}, 200'000));
            judge_columns("list_roles", roles, "role");
            if (const auto read = to_roles(roles); !read)
                look_.faults.push_back("list_roles: " + read.error().message);
        }
        return {};
    }

    Result<void> look_at_users(SqlRun& run, const std::string& query) {
        TRY(const auto users, run.rows(query,
                                       {{"contains", ""},
                                        {"after", ""},
                                        {"count", static_cast<long long>(first_users_max)}},
                                       10'000));
        if (!judge_columns("list_users", users, "name")) return {};
        if (users.rows.size() > first_users_max)
            look_.remarks.emplace_back(
                "list_users answers more than :count rows: long lists will be cut");
        for (const auto& row : users.rows) {
            const auto record = to_user_record(users, row);
            if (!record) {
                look_.faults.push_back("list_users: " + record.error().message);
                break;
            }
            if (!*record || look_.users.size() == first_users_max) continue;
            look_.users.push_back((*record)->name);
            const auto form = crypto::form_of_hash((*record)->password);
            if (form == crypto::HashForm::refused || form == crypto::HashForm::too_costly)
                ++look_.refused_hashes;
        }
        return {};
    }

    bool judge_columns(std::string_view query, const SqlRows& rows, std::string_view needed) {
        if (rows.column(needed)) return true;
        look_.faults.push_back(
            fmt::format("{} answers no column «{}» (but {})", query, needed,
                        rows.columns.empty() ? "none" : text::join(rows.columns, ", ")));
        return false;
    }

    const SqlDialect* dialect_;
    std::string schema_;
    std::optional<SqlAccountQueries> queries_;
    SqlLook look_;
};

}  // namespace

Result<SqlLook> SqlAccounts::look(SqlFault& fault) const {
    return state_->pool.run_apart(Looker{state_->dialect, state_->schema, state_->queries}, fault);
}

}  // namespace rhumb::storage
