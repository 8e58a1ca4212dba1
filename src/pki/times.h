#pragma once
/// Dates of ASN.1 as our own and back. For the .cc files of `pki` alone.

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/handles.h"

namespace rhumb::pki {

/// `invalid` when it is null or cannot be read; `what` is the thing that has it: "the certificate".
Result<Seconds> to_seconds(const ASN1_TIME* time, std::string_view what);

/// False when OpenSSL refuses.
bool set_time(ASN1_TIME* time, Seconds to);

}  // namespace rhumb::pki
