#include "cli/accounts.h"

#include <CLI/CLI.hpp>

#include "certs/key_rotation.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"

namespace rhumb::cli {

namespace {

Result<std::unique_ptr<Stores>> open_stores(const Context& context, storage::Store& store) {
    if (context.store == config::embedded_provider) return Stores::open_embedded(context, store);
    TRY(const auto security, Stores::configured(context, store));
    const bool is_embedded =
        security.users == config::embedded_provider && security.roles == config::embedded_provider;
    // The master key is needed for secrets of providers alone.
    if (is_embedded && context.store.empty()) return Stores::open_embedded(context, store);
    TRY(const auto seal, certs::open_seal(store, {context.data, context.master_key()}));
    if (context.store.empty()) return Stores::open_configured(context, store, seal, security);
    return Stores::open_provider(context, store, seal, security, context.store);
}

}  // namespace

Result<Accounts> Accounts::open(const Context& context) {
    TRY(auto opened, open_store(context));
    Accounts accounts;
    accounts.store = std::make_unique<storage::Store>(std::move(opened));
    TRY(accounts.stores, open_stores(context, *accounts.store));
    accounts.users = &accounts.stores->users();
    accounts.roles = &accounts.stores->roles();
    return accounts;
}

Result<identity::UserEditor*> Accounts::user_editor(std::string_view name) const {
    return stores->user_editor(name);
}

Result<identity::RoleEditor*> Accounts::role_editor() const { return stores->role_editor(); }

void add_store_option(CLI::App& noun, Context& context) {
    noun.add_option(
        "--store", context.store,
        "A provider of the configuration, or embedded; else the one that is configured");
    noun.fallthrough();
}

Result<Exit> told(const Result<void>& change) {
    if (change) return Exit::done;
    const auto kind = change.error().kind;
    if (kind == ErrorKind::invalid || kind == ErrorKind::conflict) return refused(change.error());
    return tl::unexpected(change.error());
}

}  // namespace rhumb::cli
