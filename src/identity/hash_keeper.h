#pragma once
/// HashKeeper: what a user store may be besides: one whose hashes of passwords can be taken along
/// when users move, because both sides know their form (Argon2id, bcrypt, SHA-512, yescrypt). Found
/// by dynamic_cast from a UserStore; wrappers around a store do not have it.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "observe/actor.h"

namespace rhumb::identity {

/// Any thread; calls block, so never on a loop. A hash is no password, but whoever has it can try
/// passwords in peace: it goes from one store to another, and nowhere else.
class HashKeeper {
public:
    virtual ~HashKeeper() = default;

    /// "": the user has none. not_found.
    virtual Result<std::string> hash_of(std::string_view user) const = 0;

    /// In the place of the password that the user had; sessions and tokens end as with any new
    /// password. `invalid`: not of a form that this store looks at. not_found.
    virtual Result<void> put_hash(std::string_view user, std::string_view hash, Seconds changed,
                                  const observe::Actor& actor) = 0;
};

/// Whether a hash is of a form that Rhumb looks at when somebody signs in; "" is. `invalid`, by the
/// name of the user.
Result<void> check_moved_hash(std::string_view hash, std::string_view user);

}  // namespace rhumb::identity
