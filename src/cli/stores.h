#pragma once
/// Where users and roles are kept, for commands: as the server that is configured so would look at
/// them.

#include <memory>
#include <string>
#include <string_view>

#include "cli/context.h"
#include "config/document.h"
#include "crypto/seal.h"
#include "identity/local_administrators.h"
#include "providers/current.h"
#include "storage/store.h"

namespace rhumb::cli {

/// Users and roles; `store` and `context` outlive it.
class Stores {
public:
    /// What [security] of the configuration says; nothing before the first start. The error: a
    /// configuration with faults, and that --store embedded works all the same.
    static Result<config::Security> configured(const Context& context, storage::Store& store);

    /// Rhumb's own alone. Reads neither configuration nor master key. Measures the cost of
    /// passwords when that was never done.
    static Result<std::unique_ptr<Stores>> open_embedded(const Context& context,
                                                         storage::Store& store);
    /// Where `security` says, with the local administrators among them. A place that cannot be
    /// asked answers `unavailable`.
    static Result<std::unique_ptr<Stores>> open_configured(const Context& context,
                                                           storage::Store& store,
                                                           const crypto::Seal& seal,
                                                           const config::Security& security);
    /// One place by its name, and nobody else's users among it; roles as they are configured where
    /// it keeps none. `not_found`: no provider is called so.
    static Result<std::unique_ptr<Stores>> open_provider(const Context& context,
                                                         storage::Store& store,
                                                         const crypto::Seal& seal,
                                                         const config::Security& security,
                                                         std::string_view name);
    ~Stores();

    identity::UserStore& users() { return *users_; }
    identity::RoleStore& roles() { return *roles_; }

    /// Who changes the user `name`: for a local administrator it is the own store, wherever users
    /// are. `denied`: they are changed elsewhere, with where.
    Result<identity::UserEditor*> user_editor(std::string_view name);
    Result<identity::RoleEditor*> role_editor();

private:
    Stores(const Context& context, storage::Store& store);

    struct Embedded;
    std::unique_ptr<Embedded> embedded_;
    struct Outside;
    std::unique_ptr<Outside> outside_;  // null: embedded alone
    identity::UserStore* users_ = nullptr;
    identity::RoleStore* roles_ = nullptr;
};

}  // namespace rhumb::cli
