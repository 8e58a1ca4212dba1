#pragma once
/// Local administrators: users of Rhumb's own store who may administer by its roles. They always
/// remain, wherever users and roles are kept: they sign in from the own store, have the roles they
/// have there, and hide whoever has the same name outside.

#include <memory>

#include "identity/role_store.h"
#include "identity/user_store.h"

namespace rhumb::identity {

/// Any thread; blocks as shortly as a look into Rhumb's own store.
class LocalAdministrators {
public:
    /// Of the embedded kind; they outlive it.
    LocalAdministrators(UserStore& users, RoleStore& roles) : users_{users}, roles_{roles} {}

    /// Also who is disabled or expired: the name is taken, and lets nobody in.
    Result<bool> is_one(std::string_view name) const;
    /// By name.
    Result<std::vector<User>> list() const;
    /// Those whose names `outside` has as well. Asks it once for each of them.
    Result<std::vector<std::string>> hiding(const UserStore& outside) const;

    UserStore& users() const { return users_; }
    RoleStore& roles() const { return roles_; }
    /// Where `name` is changed: in the own store for a local administrator, else by the editor of
    /// `store`. Null: elsewhere.
    Result<UserEditor*> editor_of(std::string_view name, UserStore& store) const;

private:
    UserStore& users_;
    RoleStore& roles_;
};

/// Users of `outside`, and the local administrators among them. An outside store cannot make
/// anybody a local administrator: who comes from there under such a name is nobody. Both outlive
/// it.
std::unique_ptr<UserStore> with_local_administrators(const LocalAdministrators& locals,
                                                     UserStore& outside);
/// Roles of `outside`; local administrators have theirs of the own store.
std::unique_ptr<RoleStore> with_local_administrators(const LocalAdministrators& locals,
                                                     RoleStore& outside);

}  // namespace rhumb::identity
