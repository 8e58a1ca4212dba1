#pragma once
/// Places: the stores of users and roles that a call is about, by its query `store`. Inside this
/// module only.

#include <memory>

#include "manager/route.h"

namespace rhumb::manager {

/// The parameter itself, for routes.
Parameter store_parameter();

/// True when the call asks another machine or program: not a thing for the pool of short looks.
bool is_outside(const Call& call);

class Places {
public:
    /// Without `store` those that are configured, with the local administrators among them;
    /// "embedded": Rhumb's own alone; a provider's name: that one alone, in use or not, and roles
    /// as they are configured where it keeps none. `not_found`: no provider is called so. Lives no
    /// longer than the call's parts.
    static Result<Places> of(const Call& call);
    ~Places();
    Places(Places&&) noexcept;
    Places& operator=(Places&&) = delete;

    identity::UserStore& users() const { return *users_; }
    identity::RoleStore& roles() const { return *roles_; }
    /// For a local administrator that of the own store, wherever users are. `denied`: they are
    /// changed elsewhere.
    Result<identity::UserEditor*> user_editor(std::string_view name) const;
    Result<identity::RoleEditor*> role_editor() const;

private:
    Places();

    struct Own;
    std::unique_ptr<Own> own_;  // null: the configured ones
    const identity::LocalAdministrators* locals_ = nullptr;
    identity::UserStore* users_ = nullptr;
    identity::RoleStore* roles_ = nullptr;
};

/// "?store=county", to be put behind the path of what was made; "" without `store`.
std::string store_query(const Call& call);

}  // namespace rhumb::manager
