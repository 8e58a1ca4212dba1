#pragma once
/// Keys and revocations of tokens in the store. Tokens themselves are kept nowhere. Thread rule: as
/// for the View or Transaction that is given.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

namespace rhumb::storage {

struct TokenKeyRecord {
    Id id = 0;
    std::string name;  ///< as tokens have it: 8 hexadecimal digits
    Seconds created{};
    std::string sealed;
    std::optional<Seconds> retired{};  ///< seals no new tokens since then
    Seconds needed{};                  ///< when the last token under it is over by itself
};

/// What is good no more though its time is not over.
struct TokenRevocation {
    enum class Kind { token, user, all };

    /// Tokens that were issued when there was no such id yet are revoked.
    Id id = 0;
    Kind kind = Kind::token;
    std::string subject{};  ///< the token's identifier, or the user's name; "" for all
    Seconds before{};       ///< what was issued before that is revoked, too
    Seconds created{};
    Seconds ends{};  ///< when the last of what it concerns is over by itself

    bool operator==(const TokenRevocation&) const = default;
};

/// Newest first.
Result<std::vector<TokenKeyRecord>> token_keys(const View& view);

/// `key.retired` is not taken: it seals from now on, and those before retire when it is made.
Result<Id> add_token_key(Transaction& transaction, const TokenKeyRecord& key);
/// Notes that a token under this key is good until then. False: there is no such key any more.
Result<bool> need_token_key(Transaction& transaction, Id key, Seconds until);
/// For good; SQLite overwrites what was there.
Result<void> remove_token_key(Transaction& transaction, Id key);

/// In the order in which they were made.
Result<std::vector<TokenRevocation>> token_revocations(const View& view);
/// The highest id that any revocation ever had; 0: there was none.
Result<Id> last_token_revocation(const View& view);

/// In the place of one of the same kind and subject. Its `id` is given, and is higher than all
/// before.
Result<Id> add_token_revocation(Transaction& transaction, const TokenRevocation& revocation);
/// No revocation is from the future then: the clock was set back since. What was revoked stays so
/// by the ids. True when there was one.
Result<bool> bring_token_revocations_back(Transaction& transaction, Seconds now);
/// Those whose time is over; how many there were.
Result<std::size_t> remove_ended_token_revocations(Transaction& transaction, Seconds now);

}  // namespace rhumb::storage
