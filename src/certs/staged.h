#pragma once
/// Staged: a certificate with its key that has been read and checked, and is not stored yet. Made
/// by stage_answer(), stage_import() and stage_self_signed(); store() puts it into use.

#include <optional>
#include <string>
#include <vector>

#include "certs/change.h"
#include "certs/inventory.h"
#include "crypto/seal.h"
#include "pki/lint.h"
#include "storage/store.h"

namespace rhumb::certs {

struct Staged {
    std::string what;  ///< the event that store() notes: "certificate.installed"
    NewCertificate certificate;
    /// The one in use by that name, which it will replace; nothing when the name was free.
    std::optional<storage::Id> replaces;
    std::optional<storage::Id> request;  ///< that it answers
    std::vector<pki::Finding> findings;  ///< errors too, when they were overridden
    std::vector<std::string> notes;      ///< sentences for people
};

/// One transaction: the old one archived, this one in use, the request answered, the event noted;
/// or nothing of it. `conflict`: another program has changed the certificate of that name, or the
/// request, since this was staged. Any thread; blocks.
Result<Change> store(storage::Store& store, const crypto::Seal& seal, const Staged& staged,
                     const Actor& actor, Seconds now);

}  // namespace rhumb::certs
