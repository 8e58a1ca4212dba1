#pragma once
/// The one-time code by which the first administrator makes himself, in a browser, while nobody can
/// sign in who may administer.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "identity/local_administrators.h"
#include "identity/people.h"
#include "observe/actor.h"
#include "storage/store.h"

namespace rhumb::identity {

using observe::Actor;

inline constexpr std::chrono::hours first_code_life{24};

/// True while nobody can sign in who may administer.
Result<bool> wants_first_administrator(const storage::Store& store, Seconds now);

/// A code that counts for a day, once, in the place of any before; the store keeps its digest.
/// `conflict`: there is an administrator, who can add others.
Result<std::string> make_first_code(storage::Store& store, Seconds now, const Actor& actor);

/// Whether there is a code that counts now.
Result<bool> has_first_code(const storage::Store& store, Seconds now);

struct FirstAdministrator {
    std::string_view code;
    std::string_view name;
    std::string_view password;
};

/// Adds the user to the own store, with its role `administrators` (or another that may administer),
/// wherever other users are, and uses the code up. Blocks for as long as a hash takes. `denied`:
/// the code is wrong, used or over, or there is an administrator by now; `invalid`, `conflict`: as
/// when a user is added; the code still counts.
Result<void> add_first_administrator(People& people, const LocalAdministrators& locals,
                                     storage::Store& store, Seconds now,
                                     const FirstAdministrator& wanted, std::string_view from);

}  // namespace rhumb::identity
