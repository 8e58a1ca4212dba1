#pragma once
/// What the files of the SQL provider share. Inside this module only.

#include <functional>
#include <string>
#include <string_view>

#include "providers/provider.h"
#include "storage/sql_accounts.h"

namespace rhumb::providers {

/// What users and roles of one database have in common; lives as long as both.
struct SqlParts {
    config::Provider provider{};
    Surroundings surroundings;
    std::unique_ptr<storage::SqlAccounts> accounts{};

    /// For SqlAccounts: writes the entry about a change before the change stands; `more` goes into
    /// the same transaction of our own store.
    storage::SqlAccounts::BeforeCommit recorded(
        const observe::Actor& actor, std::string_view what, std::string_view subject,
        std::string detail = {},
        std::function<Result<void>(storage::Transaction&, Seconds)> more = {}) const;

    /// The error with the provider's name before it, and how tables are made where they are
    /// missing.
    Error named(Error error) const;
    template <class T>
    Result<T> named(Result<T> result) const {
        if (!result) return tl::unexpected(named(std::move(result).error()));
        return result;
    }
};

/// Of a column of somebody else: one line of UTF-8, of at most 500 bytes.
std::string to_line(std::string text);

/// With the settings and the secret of the provider; connects to nothing.
Result<std::unique_ptr<storage::SqlAccounts>> open_accounts(const config::Provider& provider,
                                                            const Surroundings& surroundings);

/// Looks at the database, step by step.
ConnectionTest test_sql(const SqlParts& parts);

}  // namespace rhumb::providers
