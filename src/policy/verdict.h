#pragma once
/// Verdict: what comes of a request by what holds for its path. For whoever explains rules; the
/// gate (access/gate.h) decides by the same parts.

#include <string>
#include <string_view>

#include "http/caller.h"
#include "policy/rules.h"

namespace rhumb::policy {

enum class Verdict {
    admitted,
    redirected,            ///< 308 to the https URL
    https_required,        ///< 403.4
    certificate_required,  ///< 403.7
    sign_in,               ///< the page for it, 401, or 499 for GIS clients
    denied,                ///< 403: he is known, and not among those who may
    not_from_here,         ///< 403.6: by address, and signing in would not help
};

/// How somebody comes.
struct Visit {
    bool is_secure = true;
    bool has_certificate = false;  ///< shows a good one, when asked
    /// Signing in, the token service, administration: never in the clear, and never sent on.
    bool is_entrance = false;
    bool has_https_url = true;  ///< the site is reached over https as well
    http::Caller caller{};      ///< in the clear nobody is somebody: what proves it is refused
    std::string ip{};           ///< "": from an address that no rule names
};

Verdict judge(const Holding& holding, const Visit& visit);

/// The status that a program gets, where browsers may be led to sign in and GIS clients read an
/// error within 200; 200 where the handler answers. A sub-status, or 0.
int status_of(Verdict verdict);
int substatus_of(Verdict verdict);
/// "let in", "403.4: HTTPS is required" …
std::string_view to_text(Verdict verdict);

}  // namespace rhumb::policy
