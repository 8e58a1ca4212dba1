#pragma once
/// What is wrong with the certificate of a PostgreSQL: libpq says no more than that it is. Inside
/// this module only.

#include <string>

#include "providers/sql_parts.h"

namespace rhumb::providers {

/// In plain words, of a connection of its own within the provider's time limit. "": that cannot be
/// said.
std::string why_untrusted(const SqlParts& parts);

}  // namespace rhumb::providers
