#pragma once
/// What libpq and ODBC drivers are told to connect. Inside this module only; the texts hold the
/// password.

#include <string>

#include "base/result.h"
#include "storage/sql_place.h"

namespace rhumb::storage {

/// For libpq: every setting that it would else take from the environment is named.
std::string libpq_text(const SqlPlace& place);

/// For SQLDriverConnect(). FreeTDS, psqlodbc and Microsoft's driver call things differently; which
/// it is, the driver's name says. `invalid`: a sign in a setting that the driver cannot be told;
/// the driver would not verify certificates.
Result<std::string> odbc_text(const SqlPlace& place);

}  // namespace rhumb::storage
