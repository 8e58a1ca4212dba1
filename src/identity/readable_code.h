#pragma once
/// Codes that people read and type: recovery codes, the first administrator's code. Written in
/// groups of four, of an alphabet in which no two signs look alike.

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::identity {

/// "k3wq-9x0d-…": 20 bits of random for each group.
Result<std::string> make_readable_code(std::size_t groups);

/// As it was made, whatever case, blanks and dashes it was typed with; O is 0, and I and L are 1.
/// "": it is none.
std::string normalise_readable_code(std::string_view typed);

/// SHA-256 of a code as it was typed, hexadecimal: what the store keeps. `invalid`: it is none.
Result<std::string> digest_of_code(std::string_view typed);

}  // namespace rhumb::identity
