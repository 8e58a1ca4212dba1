#pragma once
/// Reading and changing who is signed in with a browser. Thread rule: as for the View or
/// Transaction that is given.

#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

namespace rhumb::storage {

struct SessionRecord {
    std::string id{};      ///< names it without being it
    std::string secret{};  ///< SHA-256 of what the browser has, hexadecimal
    std::string user{};    ///< compared without regard to ASCII case
    Seconds created{};
    Seconds last_used{};
    std::string address{};
    std::string agent{};
};

/// Latest first.
Result<std::vector<SessionRecord>> sessions(const View& view);

/// conflict: there is one of that id or secret.
Result<void> add_session(Transaction& transaction, const SessionRecord& session);
/// Nothing happens when it is over already.
Result<void> note_session_use(Transaction& transaction, std::string_view id, Seconds when);
/// False when there is none.
Result<bool> remove_session(Transaction& transaction, std::string_view id);
/// How many there were.
Result<std::size_t> remove_sessions_of(Transaction& transaction, std::string_view user);

}  // namespace rhumb::storage
