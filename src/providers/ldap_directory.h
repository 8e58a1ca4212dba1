#pragma once
/// LdapDirectory: what the stores of one LDAP provider share: its connections, how somebody is
/// found by name, and how a failure is told.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/provider.h"
#include "ldap/pool.h"
#include "providers/provider.h"

namespace rhumb::providers {

/// Any thread; calls block, each for at most the provider's time limit.
class LdapDirectory {
public:
    /// Connects to nothing yet.
    static Result<std::unique_ptr<LdapDirectory>> make(const config::Provider& provider,
                                                       const Surroundings& surroundings);

    const config::LdapProvider& settings() const { return settings_; }
    const config::Provider& provider() const { return provider_; }
    Seconds now() const { return clock_.now(); }
    ldap::Pool& pool() const { return *pool_; }
    /// Of a question that begins now.
    ldap::Deadline deadline() const;

    /// The entry of somebody, over a connection of who may read it. Nothing: there is none. The
    /// failure `refused` with code 0: there are several.
    ldap::Answer<std::optional<ldap::Entry>> find(ldap::Connection& connection,
                                                  std::string_view name,
                                                  ldap::Deadline deadline) const;
    /// The name in full that `direct_dn` makes of a user's name; nothing when it makes none
    /// ("{name}@example.org"), or there is no `direct_dn`.
    std::optional<std::string> direct_name(std::string_view name) const;

    /// With the provider's name, and what to do.
    Error to_error(const ldap::Failure& failure) const;

private:
    LdapDirectory(const config::Provider& provider, const Clock& clock);

    config::Provider provider_;
    config::LdapProvider settings_;
    const Clock& clock_;
    std::unique_ptr<ldap::Pool> pool_;
};

/// What to do about it; "" where nothing is known.
std::string remedy_of(const ldap::Failure& failure, const config::LdapProvider& settings);

}  // namespace rhumb::providers
