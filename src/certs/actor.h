#pragma once
/// Who does something to certificates.

#include "observe/actor.h"

namespace rhumb::certs {

using observe::Actor;

}  // namespace rhumb::certs
