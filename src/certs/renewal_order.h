#pragma once
/// What the next certificate of a name is to be. Included by this module alone.

#include "certs/host_names.h"
#include "certs/inventory.h"

namespace rhumb::certs {

/// The same again: names, subject, kind of key, and lifetime as it was ordered.
Order order_like(const Entry& entry);

/// The same for `auto`, which follows the machine, and order_like() for all others.
Order order_for(const Entry& entry, const MachineNames& machine, const LeafNames& chosen);

}  // namespace rhumb::certs
