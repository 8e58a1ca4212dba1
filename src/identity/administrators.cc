#include "identity/administrators.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "identity/role_store.h"

namespace rhumb::identity {

Result<std::vector<Role>> roles_in(const storage::View& view) {
    TRY(const auto records, storage::roles(view));
    TRY(const auto memberships, storage::memberships(view));
    std::vector<Role> roles;
    for (const auto& record : records) {
        auto& role = roles.emplace_back(Role{
            .name = record.name, .description = record.description, .privilege = record.privilege});
        for (const auto& membership : memberships) {
            if (!text::iequals(membership.role, record.name)) continue;
            const bool is_user = membership.kind == storage::Membership::Kind::user;
            (is_user ? role.users : role.roles).push_back(membership.member);
        }
    }
    return roles;
}

Result<bool> has_administrator(const storage::View& view, Seconds now) {
    TRY(const auto roles, roles_in(view));
    TRY(const auto users,
        storage::users(view, {.count_max = std::numeric_limits<std::int32_t>::max()}));
    return std::ranges::any_of(users, [&](const storage::UserRecord& user) {
        const bool is_active = !user.disabled && (!user.expires || now < *user.expires);
        return is_active && !user.password.empty() &&
               standing_by(roles, user.name).privilege == Privilege::administer;
    });
}

}  // namespace rhumb::identity
