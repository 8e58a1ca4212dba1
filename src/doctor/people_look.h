#pragma once
/// Looks at where users and roles are: tries the connections of the providers that are configured.
/// Changes nothing. Blocks.

#include "doctor/check.h"
#include "doctor/people_seen.h"
#include "storage/store.h"

namespace rhumb::doctor {

/// What is configured in `security`, tried from here; what the running server says of it. Nothing
/// is begun once the deadline is over.
Result<PeopleSeen> look_at_people(storage::Store& store, const InstallationOrder& order,
                                  const config::Security& security, const Deadline& deadline);

}  // namespace rhumb::doctor
