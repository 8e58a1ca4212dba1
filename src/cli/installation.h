#pragma once
/// Installation: a data directory, opened for a command. Works whether a server runs or not.

#include <memory>
#include <optional>

#include "base/instant.h"
#include "cli/context.h"
#include "crypto/seal.h"
#include "site/home.h"
#include "site/running.h"
#include "storage/store.h"

namespace rhumb::cli {

struct Installation {
    std::unique_ptr<storage::Store> store;
    crypto::Seal seal;

    /// `not_found`, with the remedy, where nothing has been made yet.
    static Result<Installation> open(const Context& context);

    /// Where the configuration lives: in the file that the server was given that runs, or that ran
    /// last (if it is still there), else in the store; `not_found` before the first start.
    Result<site::Home> home(const Context& context);
};

/// As Installation::home(), of a store that is open.
Result<site::Home> find_home(const Context& context, storage::Store& store);

/// What the server that runs on this data says of itself; nothing when none runs, or it has not
/// said it yet.
std::optional<site::Running> find_running(const Context& context);

/// Where clients find the revocation lists of the local authority: the public http address of the
/// server; "" where only an https one is known (see certs/revocation_lists.h).
std::string crl_base(const Context& context, Installation& installation);

/// The store alone, for what works without the master key; `not_found` as in Installation::open().
Result<storage::Store> open_store(const Context& context);

/// Who runs the command, for revisions and the audit trail.
site::Change change(const Context& context, std::string comment);

/// "2026-11-22 23:45 UTC".
std::string to_text(Seconds time);

}  // namespace rhumb::cli
