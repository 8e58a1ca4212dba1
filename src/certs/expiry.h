#pragma once
/// Saying in good time that a certificate ends. Included by this module alone.

#include <optional>
#include <string>

#include "certs/actor.h"
#include "certs/renewal_plan.h"
#include "storage/store.h"

namespace rhumb::certs {

/// The sentence for the last threshold that the certificate has passed, when nobody has said it
/// yet: noted as the event `certificate.expiring` or `certificate.expired`, and in the store, so
/// that it is said once. Certificates that are renewed by themselves are spoken of only when that
/// has not worked for long.
Result<std::optional<std::string>> note_expiry(storage::Store& store, const Entry& entry,
                                               const Actor& actor, Seconds now);

}  // namespace rhumb::certs
