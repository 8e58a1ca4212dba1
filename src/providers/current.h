#pragma once
/// Current: where users and roles are kept now, as one pair of stores that stays while the
/// configuration changes.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/snapshot.h"
#include "config/document.h"
#include "identity/local_administrators.h"
#include "providers/guard.h"
#include "providers/provider.h"

namespace rhumb::providers {

/// A provider that is in use.
struct ProviderStatus {
    std::string name{};
    std::string kind{};   ///< as in the configuration: "ldap"
    std::string label{};  ///< for people: "LDAP directory"
    bool keeps_users = false;
    bool keeps_roles = false;
    Health health{};
    std::optional<Health> browser_sign_in{};  ///< where users sign in at a page of its own
};

struct Status {
    std::string users{};  ///< the name of the provider that is in use, or "embedded"
    std::string roles{};
    /// Why something else is in use than is configured, or nothing at all; "": all is as it should
    /// be.
    std::string fault{};
    std::vector<ProviderStatus> providers{};
};

class InUse;  // providers/in_use.h

/// users() and roles() stay valid, and any thread may use them at any time; calls under way end on
/// the stores they began with. take(), start_with() and refresh() are for one thread at a time.
class Current {
public:
    /// Begins with the embedded stores of `locals`. All that is given outlives it.
    Current(const Surroundings& surroundings, const identity::LocalAdministrators& locals);
    ~Current();

    identity::UserStore& users();
    identity::RoleStore& roles();
    /// Null: users sign in here. Keeps what it needs for as long as it is held.
    std::shared_ptr<identity::BrowserSignIn> browser_sign_in() const;
    /// For so long what is known of somebody counts.
    std::chrono::seconds remember() const;

    /// From now on users and roles are where `wanted` says. Providers that stay as they are keep
    /// their connections and their health. The error: a provider that cannot be made; then
    /// everything stays as it was.
    Result<void> take(const config::Security& wanted);
    /// The same where there is nothing before it that could stay: what cannot be made answers
    /// `unavailable` with the reason, until refresh() can make it. Local administrators get in.
    void start_with(const config::Security& wanted);
    /// Reads secrets and files of roots anew, and makes those providers anew whose have changed.
    void refresh();

    Status status() const;
    /// Another number whenever other stores came into use.
    std::uint64_t in_use() const { return in_use_.load(); }
    /// Names of local administrators that hide somebody outside. Blocks: the store outside is
    /// asked.
    Result<std::vector<std::string>> hidden() const;
    /// Asks what does not answer whether it is back, once its rest is over. Blocks.
    void look_after() const;

private:
    struct InForce;
    class Users;
    class Roles;
    using Pointer = std::shared_ptr<const InForce>;

    Result<Pointer> make(const config::Security& wanted, bool must_be_whole) const;
    Result<std::shared_ptr<InUse>> get_provider(const config::Provider& wanted) const;

    const Surroundings surroundings_;
    const identity::LocalAdministrators& locals_;
    Snapshot<InForce> in_force_;
    std::unique_ptr<Users> users_;
    std::unique_ptr<Roles> roles_;
    config::Security wanted_;
    std::atomic<std::uint64_t> in_use_{0};
    mutable std::mutex fault_mutex_;
    std::string fault_;  // guarded by fault_mutex_
};

}  // namespace rhumb::providers
