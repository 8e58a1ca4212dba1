#pragma once
/// Reading what there is now, for the steps.

#include "base/clock.h"
#include "site/home.h"
#include "storage/store.h"
#include "wizard/steps.h"

namespace rhumb::wizard {

/// The error is of the store, or of a configuration's file that is not good.
Result<Configured> read_configured(const site::Home& home, storage::Store& store,
                                   const Clock& clock);

}  // namespace rhumb::wizard
