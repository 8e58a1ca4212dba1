#pragma once
/// A change of certificates from beginning to end: made, bound where asked, seen served, mirrored;
/// or taken back. For the command line and the administration API.

#include <functional>
#include <optional>
#include <string>

#include "certs/change.h"
#include "certs/mirror.h"
#include "crypto/seal.h"
#include "observe/actor.h"
#include "site/bind.h"
#include "site/deploy.h"

namespace rhumb::site {

/// Where a certificate is to be shown.
struct Where {
    std::string site{};
    std::optional<std::uint16_t> port{};

    bool is_told() const { return !site.empty() || port; }
};

/// What it is done with; all of it outlives the call.
struct Workshop {
    storage::Store& store;
    const crypto::Seal& seal;
    Home& home;
    const Clock& clock;
    observe::Actor actor;
    /// What the running server says of itself now; nothing when none runs.
    std::function<std::optional<Running>()> running;

    Change change(std::string comment) const {
        return {actor.who, actor.from, std::move(comment), clock.now()};
    }
};

struct Worked {
    certs::Change change;
    std::optional<Rebound> bound{};
    Deployed deployed;
    certs::MirrorReport mirrors;
    /// When nothing came of it: `make` itself refused, by `invalid` or `conflict`.
    bool was_refused = false;

    /// It took no certificate's place.
    bool is_empty() const { return !change.added && !change.archived && !change.answer; }
};

/// Makes the change, binds it where told, and waits, where a server runs, until it shows what it
/// should; else takes it back. `worked` is filled as far as it came. Any thread but a loop; blocks.
Result<void> work(const Workshop& shop, const std::function<Result<certs::Change>()>& make,
                  const Where& where, Worked& worked);

/// The same for what is only a change of the configuration.
Result<Deployed> work_on_bindings(const Workshop& shop,
                                  const std::function<Result<Rebound>()>& make);

/// The names of the certificates in use.
Result<std::vector<std::string>> known_names(const certs::Inventory& inventory);

}  // namespace rhumb::site
