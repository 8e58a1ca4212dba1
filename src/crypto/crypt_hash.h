#pragma once
/// Hashes of passwords as other programs keep them: the forms of crypt(3) that are good enough to
/// be looked at. Rhumb makes none of them.

#include <string_view>

#include "base/result.h"

namespace rhumb::crypto {

/// What a text in the place of a password's hash is.
enum class HashForm {
    none,        ///< empty: nobody gets in by a password
    argon2id,    ///< "$argon2id$…": password_hash.h
    crypt,       ///< bcrypt "$2b$" ("$2a$", "$2y$"), SHA-512 "$6$", yescrypt "$y$"
    too_costly,  ///< one of those, but looking at it would take seconds or gigabytes
    refused,     ///< anything else: plain text, MD5, SHA-1, …
};

/// By its look alone.
HashForm form_of_hash(std::string_view hash);

/// Whether it is the password of that hash, of the forms argon2id and crypt; false for the others,
/// at once. As slow as the hash says, within a second or so on a usual machine. A password with a
/// zero byte is never right, for crypt(3) would look no further. `unavailable`: there is no memory.
/// Any thread; never on a loop.
Result<bool> is_password_of_any(std::string_view hash, std::string_view password);

}  // namespace rhumb::crypto
