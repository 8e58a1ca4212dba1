#pragma once
/// Users and roles in a database: PostgreSQL, or SQL Server over ODBC.

#include <memory>

#include "providers/provider.h"

namespace rhumb::providers {

Result<std::unique_ptr<Provider>> make_sql(const config::Provider& provider,
                                           const Surroundings& surroundings);

/// Makes the tables of ours in the database of `provider`, as its user. False: they are there
/// already. `invalid`: it is no database, or asks existing tables by queries; `conflict`: tables of
/// another Rhumb; `unavailable`. With an entry in the audit trail.
Result<bool> create_sql_tables(const config::Provider& provider, const Surroundings& surroundings,
                               const observe::Actor& actor);

/// Whether a test of the connection came as far as finding that there are no tables of ours yet.
bool lacks_tables(const ConnectionTest& test);

}  // namespace rhumb::providers
