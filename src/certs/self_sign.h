#pragma once
/// Self-signed certificates: for trying things out, and for machines that are told to trust this
/// one certificate. The local authority is the better choice where several are needed.

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/staged.h"
#include "pki/key.h"
#include "pki/names.h"
#include "pki/subject.h"

namespace rhumb::certs {

/// What is made when nobody says how long: what public authorities were allowed until 2026.
inline constexpr std::chrono::days self_signed_lifetime{397};

struct SelfSignOrder {
    std::vector<pki::Name> names{};  ///< at least one
    pki::Subject subject{};          ///< common name "": the first name that fits
    pki::KeyType key_type = pki::KeyType::ec_p256;
    std::chrono::days lifetime = self_signed_lifetime;
    /// More than 825 days, which Apple's clients refuse, and others may.
    bool may_outlive_clients = false;
    std::string name{};           ///< in the inventory; "": the common name, else the first name
    std::string friendly_name{};  ///< any text for people; "": none
    bool may_replace = false;     ///< take the place of the one in use by that name
    Seconds now{};
};

/// Makes a key and a certificate that it signs itself, and checks it. Stores nothing. `invalid`:
/// no names, less than a day, or more than 825 days unless told; `conflict`: the name is taken.
Result<Staged> stage_self_signed(storage::Store& store, const SelfSignOrder& order);

/// stage_self_signed() and store().
Result<Change> self_sign(storage::Store& store, const crypto::Seal& seal,
                         const SelfSignOrder& order, const Actor& actor);

}  // namespace rhumb::certs
