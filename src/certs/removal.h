#pragma once
/// Out of use, back into use, and gone for good.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certs/change.h"
#include "storage/store.h"

namespace rhumb::certs {

struct Removal {
    std::string name;
    /// Where it is in use, as the caller knows: "site «Default Web Site», https://*:443".
    std::vector<std::string> uses{};
    bool even_if_used = false;
};

/// Takes it out of use; it can be restored until it is purged. `conflict`: it is in use, and nobody
/// said that it is to go in spite of that. Any thread; blocks; so for all below.
Result<Change> remove(storage::Store& store, const Removal& removal, const Actor& actor,
                      Seconds now);

/// Which archived one is meant: those of a name, or the one of them with that id.
struct Archived {
    std::string name;
    std::optional<storage::Id> id{};
};

/// Takes an archived one back into use; of several with that name the one that was archived last.
/// `conflict`: one of that name is in use, and `may_replace` is false (else that one is archived).
/// An expired one is restored too, and its end is in the notes.
Result<Change> restore(storage::Store& store, const Archived& which, bool may_replace,
                       const Actor& actor, Seconds now);

struct Purged {
    std::size_t certificates = 0;
    std::size_t keys = 0;  ///< less, when another certificate or a pending request has the same one
    /// False: another program was reading the store, so the bytes are overwritten somewhat later.
    bool is_scrubbed = false;
};

/// Removes archived ones for good, all of that name or the one with that id; a key that nothing
/// else has is overwritten in the store, with the answered requests that have it. `conflict`: it is
/// in use; `not_found` tells which archived ones there are.
Result<Purged> purge(storage::Store& store, const Archived& which, const Actor& actor, Seconds now);

}  // namespace rhumb::certs
