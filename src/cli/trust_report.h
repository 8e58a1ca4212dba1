#pragma once
/// What became of putting a root into this machine's trust stores, or of asking them.

#include <string>
#include <vector>

#include "cli/context.h"
#include "pki/certificate.h"
#include "trust/install.h"

namespace rhumb::cli {

/// Where to look on this machine, and for this user (for who called sudo, where the administrator
/// was called so); `export_command` begins the commands that are shown to people.
trust::Places places(const Context& context, std::string export_command);

/// Looks below `root` instead, as for an image: the stores of its machine, with its own programs,
/// and nobody's home. `invalid` when it is no directory.
Result<void> move_to(const std::filesystem::path& root, bool is_administrator,
                     trust::Places& places);

/// Prints them; `failed` when one of them is that.
Exit print(const Context& context, const std::vector<trust::Report>& reports);

/// Has the clients of this machine trust a certificate, and prints what became of it (on standard
/// error with --json, for there it is not what was asked for). `kind`: see trust::store_kinds().
Result<Exit> trust_here(const Context& context, const pki::Certificate& root, std::string_view kind,
                        const std::string& export_command);

/// "system: Debian, …": the stores of this machine that trust `root`.
std::vector<std::string> who_trusts(const Context& context, const pki::Certificate& root);

}  // namespace rhumb::cli
