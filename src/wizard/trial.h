#pragma once
/// A trial of the policy: what is asked of a site, what should come of it by its rules, and how an
/// answer is read. Pure; asking itself is in trial_run.h.

#include <string>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "fetch/ask.h"
#include "http/caller.h"
#include "policy/rules.h"

namespace rhumb::wizard {

/// What comes of a request, as far as policy goes.
enum class Verdict {
    let_in,
    to_https,           ///< sent there (308)
    needs_https,        ///< 403.4
    needs_certificate,  ///< 403.7 and its kind
    needs_sign_in,      ///< 401, 499
    bad_token,          ///< 401 with "invalid_token", 498
    not_permitted,      ///< 403
    not_from_here,      ///< 403.6
    unavailable,        ///< 503 of the gate
    unreachable,        ///< no answer
};

/// "let in", "https only" …: a word or two for a table.
std::string_view to_text(Verdict verdict);

/// A path that something is said about, or one that is open.
struct TrialPath {
    std::string path;    ///< decoded, as rules know it
    std::string target;  ///< what is asked: "/private/", "/arcgis/rest/services/Parks/MapServer?…"
    std::string where;   ///< what says something about it: "location /private of site «Maps»"
    bool is_gis = false;
};

/// The paths of a site that are tried: the site's own, every location, folder, service and layer
/// with a statement, and of services without one the first. Not the administration API and the
/// pages for signing in, which are open to who wants to become somebody.
std::vector<TrialPath> trial_paths(const config::Document& document, const config::Site& site,
                                   const policy::Rules& rules);

/// Roles and users that the rules name; roles in lower case, generic ones left out; each once,
/// sorted.
struct Named {
    std::vector<std::string> roles{};
    std::vector<std::string> users{};
};
Named named_in(const policy::Rules& rules);

/// Who asks, and how.
struct TrialAsker {
    const http::Caller& caller;
    bool shows_token = false;
    bool is_secure = true;
    std::string client_ip;  ///< as the server sees it
};

/// What the rules say of it. `has_https`: the site can send clients to https.
Verdict expected_verdict(const policy::Rules& rules, const TrialPath& path, const TrialAsker& asker,
                         bool has_https);

/// What an answer says.
Verdict read_verdict(const fetch::Answer& answer, bool is_gis, bool is_secure);

}  // namespace rhumb::wizard
