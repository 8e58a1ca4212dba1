#pragma once
/// When users moved: whoever has a name in one place need not be who has it in another, so what
/// proves who asks (tokens, sessions) never goes along.

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/document.h"
#include "storage/store.h"

namespace rhumb::providers {

/// Whose names users have, as text: another one where the same name may be somebody else. Bounds,
/// passwords, further servers of the same directory and the provider's name change nothing. Pure.
std::string people_of(const config::Security& security);

/// Since when users are where `security` says: what was issued to anybody but local administrators
/// before that counts no more. The epoch as long as they have never moved. Writes down a move, with
/// an entry in the audit trail.
Result<Seconds> note_people_of(const config::Security& security, storage::Store& store,
                               Seconds now);

}  // namespace rhumb::providers
