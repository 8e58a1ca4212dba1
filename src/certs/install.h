#pragma once
/// Installing what an authority sent as the answer to a request.

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/fetch.h"
#include "certs/staged.h"
#include "crypto/secret.h"
#include "pki/bag.h"
#include "pki/certificate.h"

namespace rhumb::certs {

struct InstallOptions {
    std::vector<pki::BagFile> files{};          ///< the answer: any kinds, any order
    std::vector<pki::BagFile> intermediates{};  ///< more certificates for the chain
    const crypto::Secret* password = nullptr;   ///< for locked files; null: nobody gave one
    std::string request{};  ///< the name of the request that is answered; "": found by the key
    Fetch fetch{};          ///< for issuers that are at hand nowhere
    std::vector<pki::Certificate> roots{};  ///< known ones: they end a chain, and are not sent
    /// Take it in spite of errors that the checks found. Never overridden: no request has its key;
    /// expired; no names; not readable.
    bool is_forced = false;
    Seconds now{};
};

/// Reads the files, finds the certificate whose key belongs to a request (pending, or answered:
/// authorities answer again), completes its chain (from the files, from what the store knows, by
/// `fetch`), drops the root, and checks it. Stores nothing.
///
/// Errors say which check failed, on what, and the remedy. `invalid`, `conflict`: refused by a
/// check (no request has this key; expired; not yet valid; other names than asked for; an issuer
/// is missing; weak key or signature; the file is something else; it is installed already);
/// `denied`: a password is needed, or wrong.
Result<Staged> stage_answer(storage::Store& store, const crypto::Seal& seal,
                            const InstallOptions& options);

/// stage_answer() and store().
Result<Change> install(storage::Store& store, const crypto::Seal& seal,
                       const InstallOptions& options, const Actor& actor);

}  // namespace rhumb::certs
