#pragma once
/// What SqlAccounts keeps. Inside this module only.

#include <string>
#include <string_view>

#include "storage/sql_accounts.h"
#include "storage/sql_dialect.h"
#include "storage/sql_pool.h"

namespace rhumb::storage {

struct SqlAccounts::State {
    const SqlDialect& dialect;
    std::string schema;
    std::optional<SqlAccountQueries> queries;
    SqlPool pool;

    State(const SqlDialect& its_dialect, std::string its_schema,
          std::optional<SqlAccountQueries> its_queries, SqlPlace place, SqlPool::Start start)
        : dialect{its_dialect},
          schema{std::move(its_schema)},
          queries{std::move(its_queries)},
          pool{std::move(place), std::move(start)} {}

    /// A statement on tables of ours.
    std::string own(std::string_view statement) const { return with_schema(statement, schema); }

    Result<SqlRows> ask(std::string query, SqlParameters parameters, std::size_t rows_max);
    Error makes_no_sense(std::string_view query, const Error& error) const;
};

}  // namespace rhumb::storage
