#include <algorithm>
#include <array>

#include "base/text.h"
#include "providers/http_provider.h"
#include "providers/ldap.h"
#include "providers/openid.h"
#include "providers/program_provider.h"
#include "providers/provider.h"
#include "providers/sql.h"

namespace rhumb::providers {

namespace {

// One line for each kind of place; each is a file of its own.
constexpr std::array table{
    Kind{.name = "postgresql", .label = "PostgreSQL database", .make = make_sql},
    Kind{.name = "sqlserver", .label = "SQL Server database", .make = make_sql},
    Kind{.name = "ldap", .label = "LDAP directory", .make = make_ldap},
    Kind{.name = "active-directory", .label = "Active Directory", .make = make_ldap},
    Kind{.name = "openid",
         .label = "OpenID Connect",
         .checks_passwords = false,
         .make = make_openid},
    Kind{.name = "http", .label = "Your own, over HTTP", .make = make_http_provider},
    Kind{.name = "program", .label = "Your own program", .make = make_program_provider},
};

}  // namespace

bool ConnectionTest::is_good() const {
    return !steps.empty() && std::ranges::all_of(steps, &Step::is_good);
}

std::span<const Kind> kinds() { return table; }

const Kind* find_kind(std::string_view name) {
    const auto found = std::ranges::find(table, name, &Kind::name);
    return found == table.end() ? nullptr : &*found;
}

Result<std::unique_ptr<Provider>> make_provider(const config::Provider& provider,
                                                const Surroundings& surroundings) {
    const auto* kind = find_kind(provider.kind());
    if (kind == nullptr)
        return fail(ErrorKind::invalid,
                    "the provider «{}» is of the kind {}, which is not built in", provider.name,
                    provider.kind());
    return kind->make(provider, surroundings);
}

identity::Privilege privilege_of(const std::vector<std::string>& roles,
                                 const config::Provider& provider) {
    const auto has_one_of = [&roles](const std::vector<std::string>& wanted) {
        return std::ranges::any_of(roles, [&wanted](const std::string& role) {
            return std::ranges::any_of(wanted, [&role](const std::string& one) {
                return text::to_lower(one) == text::to_lower(role);
            });
        });
    };
    if (has_one_of(provider.administrators)) return identity::Privilege::administer;
    return has_one_of(provider.publishers) ? identity::Privilege::publish
                                           : identity::Privilege::view;
}

}  // namespace rhumb::providers
