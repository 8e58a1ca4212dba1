#include "cli/stores.h"

#include <algorithm>

#include "base/text.h"
#include "cli/installation.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"

namespace rhumb::cli {

struct Stores::Embedded {
    Embedded(const Context& context, storage::Store& store)
        : users{identity::EmbeddedUsers::open_later(store, context.clock)},
          roles{store, context.clock} {}

    std::unique_ptr<identity::EmbeddedUsers> users;
    identity::EmbeddedRoles roles;
    identity::LocalAdministrators locals{*users, roles};
};

struct Stores::Outside {
    Outside(const Context& context, storage::Store& store, crypto::Seal given)
        : seal{std::move(given)}, surroundings{store, seal, context.clock, log} {}

    crypto::Seal seal;
    observe::Log log = observe::Log::to_nowhere();  // what fails is told by the command
    providers::Surroundings surroundings;
    std::unique_ptr<providers::Current> current{};
    std::unique_ptr<providers::Provider> provider{};  // that was asked for by its name
    std::string label{};                              // of its kind
};

Stores::Stores(const Context& context, storage::Store& store)
    : embedded_{std::make_unique<Embedded>(context, store)},
      users_{embedded_->users.get()},
      roles_{&embedded_->roles} {}

Stores::~Stores() = default;

Result<config::Security> Stores::configured(const Context& context, storage::Store& store) {
    const auto home = find_home(context, store);
    if (!home && home.error().kind == ErrorKind::not_found) return config::Security{};
    auto configuration = home ? home->current() : tl::unexpected(home.error());
    if (configuration) return std::move(configuration->document.security);
    auto error = std::move(configuration).error();
    error.message += "\nWhere users are kept is not known so; --store embedded works all the same";
    return tl::unexpected(std::move(error));
}

Result<std::unique_ptr<Stores>> Stores::open_embedded(const Context& context,
                                                      storage::Store& store) {
    return std::unique_ptr<Stores>{new Stores{context, store}};
}

Result<std::unique_ptr<Stores>> Stores::open_configured(const Context& context,
                                                        storage::Store& store,
                                                        const crypto::Seal& seal,
                                                        const config::Security& security) {
    std::unique_ptr<Stores> stores{new Stores{context, store}};
    stores->outside_ = std::make_unique<Outside>(context, store, seal);
    auto& outside = *stores->outside_;
    outside.current =
        std::make_unique<providers::Current>(outside.surroundings, stores->embedded_->locals);
    outside.current->start_with(security);
    stores->users_ = &outside.current->users();
    stores->roles_ = &outside.current->roles();
    return stores;
}

Result<std::unique_ptr<Stores>> Stores::open_provider(const Context& context, storage::Store& store,
                                                      const crypto::Seal& seal,
                                                      const config::Security& security,
                                                      std::string_view name) {
    const auto* const wanted = security.find_provider(name);
    if (wanted == nullptr) {
        std::vector<std::string> names{std::string{config::embedded_provider}};
        for (const auto& one : security.providers) names.push_back(one.name);
        return fail(ErrorKind::not_found, "no provider is called «{}»; there are: {}", name,
                    text::join(names, ", "));
    }
    TRY(auto stores, open_configured(context, store, seal, security));
    auto& outside = *stores->outside_;
    TRY(outside.provider, providers::make_provider(*wanted, outside.surroundings));
    if (auto* const users = outside.provider->users()) stores->users_ = users;
    if (auto* const roles = outside.provider->roles()) stores->roles_ = roles;
    return stores;
}

Result<identity::UserEditor*> Stores::user_editor(std::string_view name) {
    if (outside_ != nullptr && outside_->current != nullptr && outside_->provider == nullptr) {
        TRY(auto* const editor, embedded_->locals.editor_of(name, *users_));
        if (editor != nullptr) return editor;
    }
    if (auto* const editor = users_->editor()) return editor;
    return fail(ErrorKind::denied,
                "users are kept in «{}», and changed there; those of Rhumb's own store: --store "
                "embedded",
                users_->name());
}

Result<identity::RoleEditor*> Stores::role_editor() {
    if (auto* const editor = roles_->editor()) return editor;
    return fail(ErrorKind::denied,
                "roles are kept in «{}», and changed there; those of Rhumb's own store: --store "
                "embedded",
                roles_->name());
}

}  // namespace rhumb::cli
