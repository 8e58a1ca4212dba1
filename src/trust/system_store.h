#pragma once
/// The operating system's own store: what curl, wget, git, Python and most programs ask.

#include "trust/install.h"

namespace rhumb::trust {

/// Adds the store of the system to `found`, or why there is none. Families are told apart by their
/// directories: Fedora, Debian, Arch, SUSE. All paths, programs included, are taken below
/// `places.root`.
void find_system_store(const Places& places, Found& found);

}  // namespace rhumb::trust
