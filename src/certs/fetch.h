#pragma once
/// Fetch: how certificates of issuers are had from where a certificate says they are (authority
/// information access, RFC 5280 section 4.2.2.1). The caller gives it: this module opens no
/// connections.

#include <functional>
#include <string>

#include "base/result.h"

namespace rhumb::certs {

/// All bytes behind an http or https URL. It must bound size and time by itself. An empty function
/// means that nothing is fetched.
using Fetch = std::function<Result<std::string>(const std::string& url)>;

}  // namespace rhumb::certs
