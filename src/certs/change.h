#pragma once
/// Change: what one operation did to the inventory, all in one transaction: so that whoever asked
/// for it can look whether it is served, and have it undone when it is not.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certs/actor.h"
#include "pki/lint.h"
#include "storage/store.h"

namespace rhumb::certs {

struct Change {
    /// The request that was answered, and what was noted about it before.
    struct Answer {
        storage::Id request = 0;
        std::optional<Seconds> answered_before;
        std::optional<storage::Id> certificate_before;
    };

    std::string what;                     ///< as in the audit trail: "certificate.installed"
    std::string name;                     ///< the certificate's
    std::optional<storage::Id> added;     ///< in use since
    std::optional<storage::Id> archived;  ///< in use before
    std::optional<Answer> answer;
    std::vector<pki::Finding> findings;  ///< warnings and notes about the certificate
    std::vector<std::string> notes;      ///< sentences for people: what was passed over or done
};

/// Takes the change back in one transaction: what was added is archived, what was archived is in
/// use again, the request waits as before; the event `certificate.undone` says why. `conflict`:
/// somebody has changed that certificate since, and nothing is touched. Any thread; blocks.
Result<void> undo(storage::Store& store, const Change& change, std::string_view why,
                  const Actor& actor, Seconds now);

}  // namespace rhumb::certs
