#pragma once
/// Importing a certificate and its key that were made elsewhere.

#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/fetch.h"
#include "certs/staged.h"
#include "crypto/secret.h"
#include "pki/bag.h"
#include "pki/certificate.h"

namespace rhumb::certs {

struct ImportOptions {
    std::vector<pki::BagFile> files{};  ///< certificate, key and issuers: any kinds, any order
    const crypto::Secret* password = nullptr;  ///< for locked files; null: nobody gave one
    std::string name{};                     ///< in the inventory; "": the first name that it is for
    std::string friendly_name{};            ///< "": that of the PKCS#12 file
    bool may_replace = false;               ///< take the place of the one in use by that name
    Fetch fetch{};                          ///< for issuers that are at hand nowhere
    std::vector<pki::Certificate> roots{};  ///< known ones: they end a chain, and are not sent
    /// Take it in spite of errors that the checks found. Never overridden: the key does not belong
    /// to it; expired; no names; not readable.
    bool is_forced = false;
    Seconds now{};
};

/// Reads the files, pairs key and certificate, completes and orders the chain, and checks it.
/// Stores nothing. Errors as of stage_answer(); also `invalid`: there is no key, or it belongs to
/// none of the certificates; `conflict`: the name is taken.
Result<Staged> stage_import(storage::Store& store, const crypto::Seal& seal,
                            const ImportOptions& options);

/// stage_import() and store().
Result<Change> import_certificate(storage::Store& store, const crypto::Seal& seal,
                                  const ImportOptions& options, const Actor& actor);

}  // namespace rhumb::certs
