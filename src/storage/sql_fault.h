#pragma once
/// Why a database outside could not do something, in words for people.

#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/sql_place.h"

namespace rhumb::storage {

struct SqlFault {
    /// How far it came.
    enum class Step {
        machine,      ///< something is missing here: a driver, a file with roots
        name,         ///< the host's name is not found
        port,         ///< nobody answers
        tls,          ///< the server speaks no TLS, or none that we speak
        certificate,  ///< not trusted, expired, of another name
        login,        ///< user and password
        database,     ///< no such database
        busy,         ///< it takes no more connections
        time,         ///< too slow
        permission,   ///< that user may not
        missing,      ///< no such table or column
        conflict,     ///< it contradicts what is there
        statement,    ///< it does not understand us
        answer,       ///< we do not understand it
        gone,         ///< it went away in the middle
    };
    Step step = Step::gone;
    std::string said{};    ///< in plain words: what is the matter
    std::string remedy{};  ///< what to do about it
};

/// What `text` of libpq or of an ODBC driver means. `state`: the SQLSTATE, "" or blanks without
/// one. Only its first line counts: others may quote what is in the tables.
SqlFault to_fault(const SqlPlace& place, std::string_view state, std::string_view text);

/// `conflict` for what contradicts what is there, else `unavailable`.
Error to_error(const SqlPlace& place, const SqlFault& fault);

/// One line of somebody else's, printable, of at most 300 bytes.
std::string in_one_line(std::string_view text);

}  // namespace rhumb::storage
