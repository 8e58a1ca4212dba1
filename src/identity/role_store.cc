#include "identity/role_store.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::identity {

namespace {

bool has_name(const std::vector<std::string>& names, std::string_view wanted) {
    return std::ranges::any_of(names,
                               [&](const auto& name) { return text::iequals(name, wanted); });
}

}  // namespace

Result<Member> to_member(std::string_view text) {
    constexpr std::string_view user = "user:";
    constexpr std::string_view role = "role:";
    if (text.starts_with(user) && text.size() > user.size())
        return Member{Member::Kind::user, std::string{text.substr(user.size())}};
    if (text.starts_with(role) && text.size() > role.size())
        return Member{Member::Kind::role, std::string{text.substr(role.size())}};
    return fail(ErrorKind::invalid, "«{}» names nobody: write user:NAME or role:NAME", text);
}

std::string to_text(const Member& member) {
    return (member.kind == Member::Kind::user ? "user:" : "role:") + member.name;
}

Standing standing_by(const std::vector<Role>& roles, std::string_view user) {
    Standing standing;
    const auto take = [&](const Role& role) {
        standing.roles.push_back(role.name);
        standing.privilege = std::max(standing.privilege, role.privilege);
    };
    for (const auto& role : roles)
        if (has_name(role.users, user)) take(role);
    // Each role is taken once, so that a circle ends.
    for (std::size_t i = 0; i < standing.roles.size(); ++i)
        for (const auto& role : roles)
            if (has_name(role.roles, standing.roles[i]) && !has_name(standing.roles, role.name))
                take(role);
    std::ranges::sort(standing.roles);
    return standing;
}

}  // namespace rhumb::identity
