#pragma once
/// The policies that Firefox obeys on a whole machine: every profile, also ones made later.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "trust/install.h"

namespace rhumb::trust {

/// Adds Firefox's policies (/etc/firefox/policies/policies.json, read by Firefox of the system and
/// of snap) to `found` when `is_wanted`, else only where they have a root that Rhumb put there.
/// Roots lie beside that file. Firefox takes them over into each profile when it starts; taking
/// them out of the policies does not take them out of profiles, that is the NSS stores' part.
void find_firefox_policy(const Places& places, bool is_wanted, Found& found);

/// The files that `Certificates.Install` of the policies names, in their order. `invalid`: it is no
/// JSON object, or has something else where such a list belongs.
Result<std::vector<std::string>> read_policy_files(std::string_view policies);

/// The same text with `file` among them, or without it; all else is kept, in its order. `policies`
/// may be empty: there are none yet. "": nothing is left that anyone else asked for.
Result<std::string> change_policy_files(std::string_view policies, const std::string& file,
                                        bool is_install);

}  // namespace rhumb::trust
