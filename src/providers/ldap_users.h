#pragma once
/// Users of an LDAP directory. They are changed there.

#include "identity/user_store.h"
#include "providers/ldap_directory.h"

namespace rhumb::providers {

/// Any thread; calls block.
class LdapUsers final : public identity::UserStore {
public:
    /// Outlives it.
    explicit LdapUsers(LdapDirectory& directory) : directory_{directory} {}

    std::string name() const override { return directory_.provider().name; }
    Result<std::optional<identity::User>> find(std::string_view name) const override;
    Result<identity::SignIn> sign_in(std::string_view name, std::string_view password) override;
    Result<std::vector<identity::User>> list(const identity::Page& page) const override;
    identity::UserEditor* editor() override { return nullptr; }

private:
    Result<identity::SignIn> sign_in_by_search(std::string_view name, std::string_view password);
    Result<identity::SignIn> sign_in_directly(std::string_view name, std::string_view password);
    Result<ldap::BindEnd> try_password(const std::string& full_name, std::string_view password,
                                       ldap::Deadline deadline);

    LdapDirectory& directory_;
};

}  // namespace rhumb::providers
