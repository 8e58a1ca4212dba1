#pragma once
/// Roles in Rhumb's own store.

#include "base/clock.h"
#include "identity/role_store.h"
#include "storage/store.h"

namespace rhumb::identity {

/// `store` and `clock` outlive it. Users are named, and may be of any user store.
class EmbeddedRoles final : public RoleStore, public RoleEditor {
public:
    EmbeddedRoles(storage::Store& store, const Clock& clock) : store_{store}, clock_{clock} {}

    std::string name() const override { return "embedded"; }
    Result<std::vector<Role>> list() const override;
    Result<Standing> standing(std::string_view user) const override;
    RoleEditor* editor() override { return this; }
    bool is_near(std::string_view /*name*/) const override { return true; }

    Result<void> add(const Role& role, const Actor& actor) override;
    Result<void> update(std::string_view name, const Role& role, const Actor& actor) override;
    Result<void> remove(std::string_view name, const Actor& actor) override;
    Result<bool> give(std::string_view role, const Member& to, const Actor& actor) override;
    Result<bool> take(std::string_view role, const Member& from, const Actor& actor) override;

private:
    storage::Store& store_;
    const Clock& clock_;
};

}  // namespace rhumb::identity
