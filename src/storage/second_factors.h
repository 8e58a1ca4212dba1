#pragma once
/// Reading and changing second factors (RFC 6238) and recovery codes. Thread rule: as for the View
/// or Transaction that is given.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

namespace rhumb::storage {

struct SecondFactorRecord {
    Id id = 0;
    std::string user{};                  ///< compared without regard to ASCII case
    std::string sealed{};                ///< its secret
    std::optional<Seconds> confirmed{};  ///< asked for since then; nothing: not yet
    std::int64_t last_step = 0;          ///< the last time step that was used
    Seconds created{};
};

/// What the secret of that record is sealed for.
std::string second_factor_purpose(Id id);

/// By user.
Result<std::vector<SecondFactorRecord>> second_factors(const View& view);
Result<std::optional<SecondFactorRecord>> find_second_factor(const View& view,
                                                             std::string_view user);

/// In the place of the one the user had, without recovery codes. `sealed` may be put afterwards,
/// when the id it is sealed for is known: Transaction::put_sealed().
Result<Id> add_second_factor(Transaction& transaction, const SecondFactorRecord& factor);
/// `confirmed` and `last_step`, by id. not_found.
Result<void> update_second_factor(Transaction& transaction, const SecondFactorRecord& factor);
/// With its recovery codes. False when there was none.
Result<bool> remove_second_factor(Transaction& transaction, std::string_view user);

/// In the place of those the user had. `digests`: SHA-256, hexadecimal.
Result<void> put_recovery_codes(Transaction& transaction, std::string_view user,
                                const std::vector<std::string>& digests);
/// How many are not used yet.
Result<std::size_t> count_recovery_codes(const View& view, std::string_view user);
/// False when the user has none such, or has used it.
Result<bool> use_recovery_code(Transaction& transaction, std::string_view user,
                               std::string_view digest, Seconds when);

}  // namespace rhumb::storage
