#pragma once
/// The databases of NSS: what Firefox and, on Linux, Chromium and Chrome ask.

#include "trust/install.h"

namespace rhumb::trust {

/// Adds each database of the user to `found`, or why it cannot be used. With `may_create`, makes
/// the one that Chromium reads where there is none (~/.pki/nssdb: older and newer releases both
/// look there). Needs certutil of libnss3-tools.
void find_nss_stores(const Places& places, bool may_create, Found& found);

}  // namespace rhumb::trust
