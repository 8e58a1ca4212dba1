#include "manager/places.h"

#include "base/text.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "providers/provider.h"

namespace rhumb::manager {

/// What is made for one call.
struct Places::Own {
    std::shared_ptr<const config::Security> settings{};
    std::unique_ptr<identity::EmbeddedUsers> users{};
    std::unique_ptr<identity::EmbeddedRoles> roles{};
    std::unique_ptr<providers::Surroundings> surroundings{};
    std::unique_ptr<providers::Provider> provider{};
};

Places::Places() = default;
Places::Places(Places&&) noexcept = default;
Places::~Places() = default;

Parameter store_parameter() {
    return {"store",
            text("Which store: a provider of the configuration, or `embedded`, Rhumb's own. Left "
                 "out: the one that is configured, with the local administrators among its users.",
                 64)};
}

bool is_outside(const Call& call) {
    const auto store = call.asked("store");
    if (!store.empty()) return store != config::embedded_provider;
    const auto settings = call.parts.access.settings->get();
    return settings->users != config::embedded_provider ||
           settings->roles != config::embedded_provider;
}

Result<Places> Places::of(const Call& call) {
    const auto& access = call.parts.access;
    Places places;
    places.users_ = &access.people.users();
    places.roles_ = &access.people.roles();
    const auto store = call.asked("store");
    if (store.empty()) {
        places.locals_ = &access.locals;
        return places;
    }
    places.own_ = std::make_unique<Own>();
    auto& own = *places.own_;
    if (store == config::embedded_provider) {
        own.users = identity::EmbeddedUsers::open_later(access.store, access.clock);
        own.roles = std::make_unique<identity::EmbeddedRoles>(access.store, access.clock);
        places.users_ = own.users.get();
        places.roles_ = own.roles.get();
        return places;
    }
    own.settings = access.settings->get();
    const auto* const wanted = own.settings->find_provider(store);
    if (wanted == nullptr) return fail(ErrorKind::not_found, "no provider is called «{}»", store);
    own.surroundings = std::make_unique<providers::Surroundings>(
        providers::Surroundings{access.store, access.seal, access.clock, access.log});
    TRY(own.provider, providers::make_provider(*wanted, *own.surroundings));
    if (auto* const users = own.provider->users()) places.users_ = users;
    if (auto* const roles = own.provider->roles()) places.roles_ = roles;
    return places;
}

Result<identity::UserEditor*> Places::user_editor(std::string_view name) const {
    if (locals_ != nullptr) {
        TRY(auto* const editor, locals_->editor_of(name, *users_));
        if (editor != nullptr) return editor;
    } else if (auto* const editor = users_->editor()) {
        return editor;
    }
    return fail(ErrorKind::denied,
                "users are kept in «{}», and changed there; those of Rhumb's own store: "
                "store=embedded",
                users_->name());
}

Result<identity::RoleEditor*> Places::role_editor() const {
    if (auto* const editor = roles_->editor()) return editor;
    return fail(ErrorKind::denied,
                "roles are kept in «{}», and changed there; those of Rhumb's own store: "
                "store=embedded",
                roles_->name());
}

std::string store_query(const Call& call) {
    const auto store = call.asked("store");
    return store.empty() ? "" : "?store=" + text::percent_encode(store);
}

}  // namespace rhumb::manager
