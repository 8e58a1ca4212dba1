#include "providers/ldap.h"

#include <utility>

#include "providers/ldap_directory.h"
#include "providers/ldap_roles.h"
#include "providers/ldap_trial.h"
#include "providers/ldap_users.h"

namespace rhumb::providers {

namespace {

class LdapKind final : public Provider {
public:
    explicit LdapKind(std::unique_ptr<LdapDirectory> directory)
        : directory_{std::move(directory)}, users_{*directory_}, roles_{*directory_} {}

    identity::UserStore* users() override { return &users_; }
    identity::RoleStore* roles() override {
        return directory_->settings().group_base.empty() ? nullptr : &roles_;
    }
    ConnectionTest test_connection() override { return try_ldap(*directory_); }

private:
    std::unique_ptr<LdapDirectory> directory_;
    LdapUsers users_;
    LdapRoles roles_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_ldap(const config::Provider& provider,
                                            const Surroundings& surroundings) {
    TRY(auto directory, LdapDirectory::make(provider, surroundings));
    return std::make_unique<LdapKind>(std::move(directory));
}

}  // namespace rhumb::providers
