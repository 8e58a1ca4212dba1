#pragma once
/// Roles of an LDAP directory: its groups. They are changed there.

#include "identity/role_store.h"
#include "providers/ldap_directory.h"

namespace rhumb::providers {

/// Any thread; calls block.
class LdapRoles final : public identity::RoleStore {
public:
    /// Outlives it.
    explicit LdapRoles(LdapDirectory& directory) : directory_{directory} {}

    std::string name() const override { return directory_.provider().name; }
    Result<std::vector<identity::Role>> list() const override;
    Result<identity::Standing> standing(std::string_view user) const override;
    identity::RoleEditor* editor() override { return nullptr; }

private:
    LdapDirectory& directory_;
};

}  // namespace rhumb::providers
