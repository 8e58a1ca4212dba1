#pragma once
/// What must be there before a server can say who it is: a local authority, and a certificate of it
/// for this machine.

#include <string>
#include <vector>

#include "certs/authority.h"
#include "certs/host_names.h"
#include "certs/renewal.h"

namespace rhumb::certs {

/// What was found or made.
struct Prepared {
    Authority authority;
    bool is_authority_new = false;
    bool is_certificate_new = false;
    std::string primary;    ///< the name for the first URL: wanted and certified, else the host's,
                            ///< else localhost
    RenewalReport renewal;  ///< of what was due already
};

/// Makes what is missing and renews what is due, so that what is served next is good at `now`.
/// Idempotent, and safe when two programs start at once: both end with the same authority and
/// certificate.
Result<Prepared> prepare(storage::Store& store, const crypto::Seal& seal, const HostFacts& facts,
                         Seconds now, const Actor& actor);

}  // namespace rhumb::certs
