#pragma once
/// The operating system's own store: what curl, wget, git, Python and most programs ask.

#include "trust/install.h"

namespace rhumb::trust {

/// Adds the store of the system to `found`, or why there is none; and a report for each file that
/// somebody put among the roots in a way that the system passes over. All paths, programs included,
/// are taken below `places.root`. See system_family.h for how families are told apart.
void find_system_store(const Places& places, Found& found);

}  // namespace rhumb::trust
