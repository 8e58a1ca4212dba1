#pragma once
/// What OpenSSL says of a failure, as text in an Error.

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::crypto {

/// The reasons that OpenSSL has queued on this thread, newest last, joined by "; "; empties the
/// queue. "no reason given" when there are none.
std::string take_openssl_reasons();

/// return openssl_failed(ErrorKind::internal, "making a P-256 key");
/// The Error of a call that has just failed: "making a P-256 key: <what OpenSSL says>".
tl::unexpected<Error> openssl_failed(ErrorKind kind, std::string_view step);

}  // namespace rhumb::crypto
