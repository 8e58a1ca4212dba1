#include "config/provider.h"

namespace rhumb::config {

namespace {

struct KindOf {
    std::string_view operator()(const SqlProvider& sql) const {
        return sql.dialect == SqlProvider::Dialect::postgresql ? "postgresql" : "sqlserver";
    }
    std::string_view operator()(const LdapProvider& ldap) const {
        return ldap.flavour == LdapProvider::Flavour::ldap ? "ldap" : "active-directory";
    }
    std::string_view operator()(const OpenIdProvider& /*openid*/) const { return "openid"; }
    std::string_view operator()(const HttpProvider& /*http*/) const { return "http"; }
    std::string_view operator()(const ProgramProvider& /*program*/) const { return "program"; }
};

}  // namespace

std::string_view Provider::kind() const { return std::visit(KindOf{}, settings); }

}  // namespace rhumb::config
