#pragma once
/// Installing a root into client stores, and a report of each.

#include <memory>
#include <optional>
#include <span>
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
    About store;
    Outcome outcome = Outcome::done;
    std::string detail{};   ///< for a person; "" when there is nothing to add
    std::string command{};  ///< what would help, to be typed; "" when nothing would
    /// What the store said when status() asked it; nothing when it could not be asked.
    std::optional<bool> is_trusted{};
};

/// The stores of this machine and user.
struct Found {
    std::vector<std::unique_ptr<ClientStore>> stores{};
    std::vector<Report> skipped{};  ///< places that are there but cannot be used, and why
};

/// Which stores are looked for.
struct Wanted {
    std::string kind = "all";      ///< one of store_kinds()
    std::optional<Level> level{};  ///< nothing: both
    /// The database that Chromium reads, and Firefox's policies where they are asked for, are made
    /// (empty) where there are none.
    bool may_create = false;
};

/// The words for kinds: "system", "nss", "java", "firefox-policy", "all".
std::span<const std::string_view> store_kinds();

/// `invalid` for a kind that is none. Firefox's policies are part of "all" only where a root was
/// put there before: browsers tell their users that they are managed.
Result<Found> find_stores(const Places& places, const Wanted& wanted);

/// Refuses what clients must not be told to trust (`invalid`, with the remedy): a leaf or an
/// intermediate that others vouch for, and what has expired. What it gives are warnings, sentences
/// for people: it is a server's own certificate, it is not yet valid, it has no common name.
Result<std::vector<std::string>> check_root(const pki::Certificate& certificate, Seconds now);

/// Installs, or removes, in each store; one report for each store found and each skipped.
/// Idempotent. A server's self-signed certificate may be given, too: it is then trusted for itself.
std::vector<Report> install(const pki::Certificate& root, const Found& found);
std::vector<Report> uninstall(const pki::Certificate& root, const Found& found);

/// Where it is trusted: a report says `already` where it is, `skipped` where it is not. Changes
/// nothing.
std::vector<Report> status(const pki::Certificate& root, const Found& found);

}  // namespace rhumb::trust
