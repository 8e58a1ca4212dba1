#pragma once
/// Users in a database. Inside this module only.

#include <mutex>
#include <optional>
#include <string>

#include "crypto/password_hash.h"
#include "identity/hash_keeper.h"
#include "identity/user_store.h"
#include "providers/sql_parts.h"

namespace rhumb::providers {

/// `parts` outlive it.
class SqlUsers final : public identity::UserStore,
                       public identity::UserEditor,
                       public identity::HashKeeper {
public:
    explicit SqlUsers(const SqlParts& parts) : parts_{parts} {}

    std::string name() const override { return parts_.provider.name; }
    Result<std::optional<identity::User>> find(std::string_view name) const override;
    Result<identity::SignIn> sign_in(std::string_view name, std::string_view password) override;
    Result<std::vector<identity::User>> list(const identity::Page& page) const override;
    identity::UserEditor* editor() override { return parts_.accounts->is_ours() ? this : nullptr; }

    Result<void> add(const identity::User& user, std::optional<std::string_view> password,
                     const identity::Actor& actor) override;
    Result<void> update(std::string_view name, const identity::User& user,
                        const identity::Actor& actor) override;
    Result<void> set_password(std::string_view name, std::optional<std::string_view> password,
                              const identity::Actor& actor) override;
    Result<void> remove(std::string_view name, const identity::Actor& actor) override;

    Result<std::string> hash_of(std::string_view user) const override;
    Result<void> put_hash(std::string_view user, std::string_view hash, Seconds changed,
                          const identity::Actor& actor) override;

private:
    Result<std::optional<storage::UserRecord>> find_record(std::string_view name) const;
    Result<storage::UserRecord> get(std::string_view name) const;
    Result<crypto::HashCost> cost() const;
    /// A hash to look at in the place of one that is not there, as costly as theirs.
    Result<std::string> decoy() const;
    void learn(const std::string& hash);
    void warn_of_form(const std::string& user);
    Result<std::string> hash_password(std::optional<std::string_view> password,
                                      std::string_view user) const;
    Result<void> put(std::string_view name, std::string_view hash, Seconds changed,
                     const identity::Actor& actor, std::string detail);

    const SqlParts& parts_;
    mutable std::mutex mutex_;
    std::string seen_hash_;                         // guarded by mutex_: the last of theirs
    bool has_warned_ = false;                       // guarded by mutex_
    mutable std::optional<crypto::HashCost> cost_;  // guarded by mutex_
};

}  // namespace rhumb::providers
