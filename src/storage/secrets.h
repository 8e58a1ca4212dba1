#pragma once
/// Secrets that a configuration names: passwords and keys for other servers, sealed. Thread rule:
/// as for the View or Transaction that is given.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

namespace rhumb::storage {

struct SecretRecord {
    Id id = 0;
    std::string name{};  ///< as "store:NAME" has it
    Seconds created{};
    Seconds changed{};
    std::string sealed{};
};

/// What the secret of that record is sealed for.
std::string secret_purpose(Id id);

/// By name.
Result<std::vector<SecretRecord>> secrets(const View& view);
Result<std::optional<SecretRecord>> find_secret(const View& view, std::string_view name);

/// conflict: there is one of that name. `sealed` may be put afterwards, when the id it is sealed
/// for is known: Transaction::put_sealed().
Result<Id> add_secret(Transaction& transaction, const SecretRecord& secret);
/// `changed` and `sealed`, by id. not_found.
Result<void> update_secret(Transaction& transaction, const SecretRecord& secret);
/// not_found.
Result<void> remove_secret(Transaction& transaction, std::string_view name);

}  // namespace rhumb::storage
