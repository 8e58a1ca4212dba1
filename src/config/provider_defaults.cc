#include "config/provider_defaults.h"

namespace rhumb::config {
namespace {

struct KeepsUsers {
    bool operator()(const SqlProvider& sql) const {
        return !sql.has_queries() || !sql.queries.find_user.empty();
    }
    template <class Other>
    bool operator()(const Other& /*other*/) const {
        return true;
    }
};

struct KeepsRoles {
    bool operator()(const SqlProvider& sql) const {
        return !sql.has_queries() || !sql.queries.roles_of.empty();
    }
    bool operator()(const LdapProvider& ldap) const { return !ldap.group_base.empty(); }
    template <class Other>
    bool operator()(const Other& /*other*/) const {
        return true;
    }
};

}  // namespace

LdapProvider ldap_defaults(LdapProvider::Flavour flavour) {
    LdapProvider ldap;
    ldap.flavour = flavour;
    ldap.email_attribute = "mail";
    ldap.member_attribute = "member";
    if (flavour == LdapProvider::Flavour::active_directory) {
        ldap.user_filter =
            "(&(objectCategory=person)(objectClass=user)"
            "(|(sAMAccountName={name})(userPrincipalName={name})))";
        ldap.name_attribute = "sAMAccountName";
        ldap.full_name_attribute = "displayName";
        ldap.group_filter = "(objectClass=group)";
        ldap.group_name_attribute = "sAMAccountName";
    } else {
        ldap.user_filter = "(&(objectClass=person)(uid={name}))";
        ldap.name_attribute = "uid";
        ldap.full_name_attribute = "cn";
        ldap.group_filter = "(objectClass=groupOfNames)";
        ldap.group_name_attribute = "cn";
    }
    return ldap;
}

bool keeps_users(const Provider& provider) { return std::visit(KeepsUsers{}, provider.settings); }

bool keeps_roles(const Provider& provider) { return std::visit(KeepsRoles{}, provider.settings); }

}  // namespace rhumb::config
