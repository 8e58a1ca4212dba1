#pragma once
/// Rotation: another root takes the place of the one that signs, without a moment in which a client
/// that was given either of them is refused.
///
/// 1. The next root is made known: it stands beside the old one, is installed with it
///    (`rhumb trust install`), and signs nothing yet. Each of both signs the other (a cross
///    certificate), where its constraints permit.
/// 2. It is activated, on a day or by hand: it signs from now on, the old one is retired. The
///    certificates of the old one are replaced at the next renewal, which is at once.
/// 3. For a year after that its chains carry the cross certificate by the old root.
///
/// Retired roots stay listed, and their revocation lists go on being made.

#include <string>
#include <vector>

#include "certs/authority.h"
#include "pki/crl.h"

namespace rhumb::certs {

/// From making a root known to its activation, when nobody says another time.
inline constexpr std::chrono::days activation_delay{30};

/// When a new root begins to sign.
struct Activation {
    enum class Kind { at_once, at_time, by_hand };
    Kind kind = Kind::by_hand;
    Seconds time{};  ///< with `at_time`
};

struct Rotation {
    Authority authority;             ///< the new one
    std::vector<std::string> notes;  ///< sentences for people: what clients must be given, and why
                                     ///< there is no cross certificate
};

/// Makes a new root, and activates it at once where that is asked for. `conflict`: there is a next
/// one already (activate it, or cancel it). Works without a root in use, too.
Result<Rotation> rotate_root(storage::Store& store, const crypto::Seal& seal,
                             const AuthorityOptions& options, const Activation& activation,
                             const Actor& actor);

/// Lets the next root sign from now on, and retires the one before it. `not_found`: there is none.
Result<Authority> activate_root(storage::Store& store, const Actor& actor, Seconds now);

/// Gives the next root up. Clients that were given it may forget it. `not_found`: there is none.
Result<void> cancel_rotation(storage::Store& store, const Actor& actor, Seconds now);

/// activate_root() when the day has come; nothing when there is nothing to do.
Result<std::optional<Authority>> activate_root_if_due(storage::Store& store, const Actor& actor,
                                                      Seconds now);

/// What clients of this installation are to trust: the root that signs, and the next one.
Result<std::vector<pki::Certificate>> roots_to_trust(const storage::Store& store);

}  // namespace rhumb::certs
