#include "providers/openid_facts.h"

#include <algorithm>

#include "base/text.h"
#include "identity/user.h"

namespace rhumb::providers {

namespace {

std::string line_or_nothing(std::string text) {
    return identity::check_line(text, "the claim") ? text : std::string{};
}

Result<std::string> get_name(const openid::Claims& claims, const std::string& claim) {
    auto name = claims.text(claim);
    if (name.empty())
        return fail(
            ErrorKind::denied,
            "the provider does not say your name here (its claim «{}»); whoever administers "
            "this server can choose another one, `name_claim`",
            claim);
    if (const auto is_good = identity::check_user_name(name); !is_good)
        return fail(ErrorKind::denied,
                    "the name that the provider gives you cannot be one here: {}",
                    is_good.error().message);
    // Some providers let people write any address there: who is known by it needs their word.
    if (claim == "email" && !claims.is_true("email_verified"))
        return fail(ErrorKind::denied,
                    "the provider does not say that it has made sure that the address «{}» is "
                    "yours (email_verified)",
                    name);
    return name;
}

std::vector<std::string> roles_in(const openid::Claims& claims, const std::string& claim) {
    std::vector<std::string> roles;
    if (claim.empty()) return roles;
    for (auto& role : claims.texts(claim)) {
        if (role.starts_with('/')) role.erase(0, 1);
        if (identity::check_role_name(role)) roles.push_back(std::move(role));
    }
    std::ranges::sort(roles, {}, [](const std::string& role) { return text::to_lower(role); });
    const auto again = std::ranges::unique(
        roles, [](const auto& a, const auto& b) { return text::iequals(a, b); });
    roles.erase(again.begin(), again.end());
    if (roles.size() > openid_roles_max) roles.resize(openid_roles_max);
    return roles;
}

}  // namespace

Result<OpenIdFacts> to_facts(const openid::Claims& claims, const config::OpenIdProvider& settings) {
    TRY(auto name, get_name(claims, settings.name_claim));
    return OpenIdFacts{.name = std::move(name),
                       .full_name = line_or_nothing(claims.text(settings.full_name_claim)),
                       .email = line_or_nothing(claims.text(settings.email_claim)),
                       .roles = roles_in(claims, settings.roles_claim)};
}

}  // namespace rhumb::providers
