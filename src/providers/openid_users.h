#pragma once
/// Users and roles of an OpenID provider: those who have signed in, as the provider said then. What
/// it said counts for `recheck_minutes`; then it is asked anew where it has given a refresh token,
/// and who has none counts no more until he passes the provider again.

#include <array>
#include <mutex>

#include "identity/role_store.h"
#include "identity/user_store.h"
#include "openid/client.h"
#include "providers/openid_memory.h"

namespace rhumb::providers {

/// Any thread. Nobody is added, renamed or given a password here; who is removed is forgotten, and
/// known again when he signs in.
class OpenIdUsers final : public identity::UserStore, public identity::UserEditor {
public:
    using Actor = identity::Actor;
    using User = identity::User;

    /// All outlive it.
    OpenIdUsers(const OpenIdMemory& memory, openid::Client& client,
                const config::OpenIdProvider& settings)
        : memory_{memory}, client_{client}, settings_{settings} {}

    std::string name() const override { return memory_.provider(); }
    Result<std::optional<User>> find(std::string_view name) const override;
    /// Nobody has a password here: `elsewhere`, whatever the name is.
    Result<identity::SignIn> sign_in(std::string_view name, std::string_view password) override;
    Result<std::vector<User>> list(const identity::Page& page) const override;
    identity::UserEditor* editor() override { return this; }
    bool is_near(std::string_view name) const override;

    Result<void> add(const User& user, std::optional<std::string_view> password,
                     const Actor& actor) override;
    Result<void> update(std::string_view name, const User& user, const Actor& actor) override;
    Result<void> set_password(std::string_view name, std::optional<std::string_view> password,
                              const Actor& actor) override;
    Result<void> remove(std::string_view name, const Actor& actor) override;

private:
    using Record = OpenIdMemory::Record;

    bool is_due(const Record& record) const;
    User to_user(const Record& record, bool is_renewed) const;
    /// Asks the provider about somebody who is due; nothing: there is no such person any more.
    Result<std::optional<Record>> renew(const Record& record, const OpenIdKept& kept) const;

    const OpenIdMemory& memory_;
    openid::Client& client_;
    const config::OpenIdProvider& settings_;
    /// A refresh token is used once: by one thread at a time. Each for some of the names.
    mutable std::array<std::mutex, 32> turns_;
};

/// Any thread; never asks the provider.
class OpenIdRoles final : public identity::RoleStore {
public:
    OpenIdRoles(const OpenIdMemory& memory, const config::Provider& provider)
        : memory_{memory}, provider_{provider} {}

    std::string name() const override { return memory_.provider(); }
    /// Those that somebody known has.
    Result<std::vector<identity::Role>> list() const override;
    Result<identity::Standing> standing(std::string_view user) const override;
    identity::RoleEditor* editor() override { return nullptr; }
    bool is_near(std::string_view) const override { return true; }

private:
    const OpenIdMemory& memory_;
    const config::Provider& provider_;
};

}  // namespace rhumb::providers
