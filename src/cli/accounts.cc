#include "cli/accounts.h"

#include "cli/commands/cert/shared.h"
#include "cli/installation.h"

namespace rhumb::cli {

Result<Accounts> Accounts::open(const Context& context) {
    TRY(auto opened, open_store(context));
    Accounts accounts;
    accounts.store = std::make_unique<storage::Store>(std::move(opened));
    TRY(const auto cost, identity::password_cost(*accounts.store));
    TRY(accounts.users, identity::EmbeddedUsers::open(*accounts.store, context.clock, cost));
    accounts.roles = std::make_unique<identity::EmbeddedRoles>(*accounts.store, context.clock);
    return accounts;
}

Result<identity::UserEditor*> Accounts::user_editor() const {
    if (auto* const editor = users->editor()) return editor;
    return fail(ErrorKind::denied, "users are kept in {}: change them there", users->name());
}

Result<identity::RoleEditor*> Accounts::role_editor() const {
    if (auto* const editor = roles->editor()) return editor;
    return fail(ErrorKind::denied, "roles are kept in {}: change them there", roles->name());
}

Result<Exit> told(const Result<void>& change) {
    if (change) return Exit::done;
    const auto kind = change.error().kind;
    if (kind == ErrorKind::invalid || kind == ErrorKind::conflict) return refused(change.error());
    return tl::unexpected(change.error());
}

}  // namespace rhumb::cli
