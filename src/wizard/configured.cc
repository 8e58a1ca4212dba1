#include "wizard/configured.h"

#include <limits>

#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "identity/local_administrators.h"
#include "storage/secrets.h"

namespace rhumb::wizard {

Result<Configured> read_configured(const site::Home& home, storage::Store& store,
                                   const Clock& clock) {
    TRY(auto current, home.current());
    Configured configured{.document = std::move(current.document),
                          .text = std::move(current.text),
                          .revision = current.revision,
                          .config_file = home.is_file() ? home.name() : std::string{}};
    const auto users = identity::EmbeddedUsers::open_later(store, clock);
    identity::EmbeddedRoles roles{store, clock};
    TRY(const auto locals, identity::LocalAdministrators(*users, roles).list());
    for (const auto& one : locals)
        if (one.has_password && one.is_active(clock.now()))
            configured.administrators.push_back(one.name);
    TRY(const auto all,
        users->list(
            {.contains = {}, .after = {}, .count_max = std::numeric_limits<std::int32_t>::max()}));
    for (const auto& one : all) configured.users.push_back(one.name);
    TRY(const auto secrets,
        store.read([](const storage::View& view) { return storage::secrets(view); }));
    for (const auto& one : secrets) configured.secrets.push_back(one.name);
    for (const auto& kind : providers::kinds())
        configured.kinds.push_back({.name = std::string{kind.name},
                                    .label = std::string{kind.label},
                                    .keeps_users = kind.keeps_users,
                                    .keeps_roles = kind.keeps_roles,
                                    .checks_passwords = kind.checks_passwords});
    return configured;
}

}  // namespace rhumb::wizard
