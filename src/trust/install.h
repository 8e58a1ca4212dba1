#pragma once
/// Installing a root into client stores, and a report of each.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/certificate.h"
#include "trust/client_store.h"

namespace rhumb::trust {

enum class Outcome {
    done,     ///< it was changed, and asking it again showed that it was
    already,  ///< nothing was to be changed
    skipped,  ///< it cannot be changed here and now; the detail says why, the command how
    failed,   ///< it should have worked
};

/// "done", "already", "skipped", "failed".
std::string_view to_text(Outcome outcome);

/// What became of one store.
struct Report {
    std::string store;     ///< ClientStore::name()
    std::string location;  ///< ClientStore::location()
    Outcome outcome = Outcome::done;
    std::string detail;   ///< for a person; "" when there is nothing to add
    std::string command;  ///< what would help, to be typed; "" when nothing would
};

/// The stores of this machine and user.
struct Found {
    std::vector<std::unique_ptr<ClientStore>> stores;
    std::vector<Report> skipped;  ///< places that are there but cannot be used, and why
};

/// `kind`: "system", "nss" or "all"; `invalid` for any other. With `may_create`, the database that
/// Chromium reads is made (empty) where there is none.
Result<Found> find_stores(const Places& places, std::string_view kind, bool may_create);

/// Refuses what is no root: leaves and intermediates are not to be trusted as such (`invalid`, with
/// the remedy), and what has expired.
Result<void> check_root(const pki::Certificate& certificate, Seconds now);

/// Installs, or removes, in each store; one report for each store found and each skipped.
/// Idempotent. A server's self-signed certificate may be given, too: it is then trusted for itself.
std::vector<Report> install(const pki::Certificate& root, const Found& found);
std::vector<Report> uninstall(const pki::Certificate& root, const Found& found);

/// Where it is trusted: a report says `already` where it is, `skipped` where it is not. Changes
/// nothing.
std::vector<Report> status(const pki::Certificate& root, const Found& found);

}  // namespace rhumb::trust
