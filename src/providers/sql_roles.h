#pragma once
/// Roles in a database. Inside this module only.

#include <string>
#include <vector>

#include "identity/role_store.h"
#include "providers/sql_parts.h"

namespace rhumb::providers {

/// `parts` outlive it.
class SqlRoles final : public identity::RoleStore, public identity::RoleEditor {
public:
    explicit SqlRoles(const SqlParts& parts) : parts_{parts} {}

    std::string name() const override { return parts_.provider.name; }
    Result<std::vector<identity::Role>> list() const override;
    Result<identity::Standing> standing(std::string_view user) const override;
    identity::RoleEditor* editor() override { return parts_.accounts->is_ours() ? this : nullptr; }

    Result<void> add(const identity::Role& role, const identity::Actor& actor) override;
    Result<void> update(std::string_view name, const identity::Role& role,
                        const identity::Actor& actor) override;
    Result<void> remove(std::string_view name, const identity::Actor& actor) override;
    Result<bool> give(std::string_view role, const identity::Member& to,
                      const identity::Actor& actor) override;
    Result<bool> take(std::string_view role, const identity::Member& from,
                      const identity::Actor& actor) override;

private:
    Result<identity::Role> get(const std::vector<identity::Role>& roles,
                               std::string_view name) const;
    Result<void> check(const identity::Role& role) const;

    const SqlParts& parts_;
};

}  // namespace rhumb::providers
