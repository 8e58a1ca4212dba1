#pragma once
/// PeopleChanges: whether somebody has changed users or roles. The store changes with every
/// sign-in; what is known of people need not be forgotten for that, least of all where another
/// machine is asked for it.

#include "storage/store.h"

namespace rhumb::identity {

/// By the audit trail, in which each such change is ("user.…", "role.…"), whoever makes it and
/// wherever the users are. For one thread.
class PeopleChanges {
public:
    /// `store` outlives it.
    explicit PeopleChanges(const storage::Store& store);

    /// True when there was a change since it was asked last, or perhaps. Blocks for a moment.
    bool look();

private:
    const storage::Store& store_;
    storage::Id seen_ = 0;  // the last event
};

}  // namespace rhumb::identity
