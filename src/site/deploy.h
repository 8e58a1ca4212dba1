#pragma once
/// Deployment: a change of certificates or bindings that is looked at from outside before it counts
/// as done. It is made in the store; then our own endpoints are connected to until they show what
/// they should; else it is taken back.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "certs/inventory.h"
#include "site/home.h"
#include "site/running.h"
#include "site/served.h"

namespace rhumb::site {

/// One place that shows other certificates than before.
struct Place {
    std::string url;   ///< "https://127.0.0.1:8443"
    std::string host;  ///< the name asked for; "": none
    std::string site;
    std::vector<std::string> certificates;  ///< seen there, by their names in the inventory
};

struct Deployed {
    bool is_running = false;  ///< no server runs: it is stored, and served from the next start
    std::vector<Place> seen;  ///< empty with a running server: nothing that is served has changed
};

/// Takes a change back; `why` is for the audit trail.
using Undo = std::function<Result<void>(std::string_view why)>;
/// Makes a change in the store and says how it is taken back.
using Make = std::function<Result<Undo>()>;

/// What deploy() works with; all of it outlives the call.
struct Deployment {
    const certs::Inventory& inventory;
    const Home& home;
    const Clock& clock;
    /// What the running server says of itself now; nothing when none runs. Asked again and again.
    std::function<std::optional<Running>()> running;
    std::chrono::milliseconds limit{5'000};  ///< until it must be seen
};

/// Makes the change. With a running server, waits until it has taken the configuration, and until
/// every place (endpoint and name, each family of keys) whose certificates differ from those before
/// shows the new ones.
///
///     TRY(const auto seen, deploy(deployment, [&]() -> Result<Undo> {
///         TRY(const auto change, certs::install(store, seal, options, actor));
///         return [=, &store](std::string_view why) { return certs::undo(store, change, why, actor,
///         now); };
///     }));
///
/// Errors of `make` come back as they are: nothing was changed. Otherwise the change was taken
/// back, and the error says what was shown instead (`conflict`), that nothing could be seen
/// (`unavailable`), or why the server would not take the configuration (`conflict`); when even
/// taking back failed, both. Any thread but a loop; blocks.
Result<Deployed> deploy(const Deployment& deployment, const Make& make);

/// The same look without a change of one's own: waits until the places of `now` that differ from
/// those of `before` show what they should. For a server that has changed its own certificates.
/// `conflict`: another certificate is shown; `denied`, `invalid`: the handshake fails;
/// `unavailable`: it cannot be reached.
Result<std::vector<Place>> wait_until_served(const std::vector<Served>& before,
                                             const std::vector<Served>& now,
                                             std::chrono::milliseconds limit);

}  // namespace rhumb::site
