#pragma once
/// Users in Rhumb's own store.

#include <memory>
#include <mutex>

#include "base/clock.h"
#include "crypto/password_hash.h"
#include "identity/hash_keeper.h"
#include "identity/user_store.h"
#include "storage/store.h"

namespace rhumb::identity {

/// `store` and `clock` outlive it. Passwords are hashed at `cost`; who signs in with a hash of
/// another cost gets a new one.
class EmbeddedUsers final : public UserStore, public UserEditor, public HashKeeper {
public:
    /// The error is of the machine: no random bytes.
    static Result<std::unique_ptr<EmbeddedUsers>> open(storage::Store& store, const Clock& clock,
                                                       const crypto::HashCost& cost);
    /// The cost is asked for (password_cost()) when the first hash is made: measuring it takes
    /// about a second, which a server without users need not spend.
    static std::unique_ptr<EmbeddedUsers> open_later(storage::Store& store, const Clock& clock);

    std::string name() const override { return "embedded"; }
    Result<std::optional<User>> find(std::string_view name) const override;
    Result<SignIn> sign_in(std::string_view name, std::string_view password) override;
    Result<std::vector<User>> list(const Page& page) const override;
    UserEditor* editor() override { return this; }
    bool is_near(std::string_view /*name*/) const override { return true; }

    Result<void> add(const User& user, std::optional<std::string_view> password,
                     const Actor& actor) override;
    Result<void> update(std::string_view name, const User& user, const Actor& actor) override;
    Result<void> set_password(std::string_view name, std::optional<std::string_view> password,
                              const Actor& actor) override;
    Result<void> remove(std::string_view name, const Actor& actor) override;

    Result<std::string> hash_of(std::string_view user) const override;
    /// Also of forms that Rhumb makes none of (crypto/crypt_hash.h): who signs in with one gets one
    /// of ours.
    Result<void> put_hash(std::string_view user, std::string_view hash, Seconds changed,
                          const Actor& actor) override;

private:
    struct Hashing {
        crypto::HashCost cost;
        std::string nobodys_hash;
    };
    EmbeddedUsers(storage::Store& store, const Clock& clock, std::optional<Hashing> hashing);

    static Result<Hashing> make_hashing(const crypto::HashCost& cost);
    /// Valid as long as this is.
    Result<const Hashing*> hashing() const;
    Result<std::string> make_hash(std::optional<std::string_view> password,
                                  std::string_view user) const;
    void hash_anew(const storage::UserRecord& user, std::string_view password,
                   const crypto::HashCost& cost);

    storage::Store& store_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    mutable std::optional<Hashing> hashing_;  // guarded by mutex_; once there, it stays
};

/// The cost of passwords on this machine: as it was measured once and is kept in the store;
/// measured now when it was not. Blocks for about a second then.
Result<crypto::HashCost> password_cost(storage::Store& store);

}  // namespace rhumb::identity
