#pragma once
/// UserStore: the seam for places where users are kept.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/user.h"
#include "observe/actor.h"

namespace rhumb::identity {

using observe::Actor;

/// What came of a name and a password. Clients are told no more than yes or no.
struct SignIn {
    enum class Outcome {
        accepted,
        no_such_user,
        wrong_password,
        disabled,
        expired,
        elsewhere,  ///< the user signs in at a page of the store's own: BrowserSignIn
    };

    Outcome outcome = Outcome::no_such_user;
    std::optional<User> user{};  ///< when there is one of that name

    bool is_accepted() const { return outcome == Outcome::accepted; }
};

/// "accepted", "no such user" …: for the log.
std::string_view to_text(SignIn::Outcome outcome);

/// Changes users where the store lets us. Each change is one transaction with its entry in the
/// audit trail.
class UserEditor {
public:
    virtual ~UserEditor() = default;

    /// `invalid`: a bad name or line; `conflict`: there is one of that name. `password`: nothing:
    /// nobody gets in by one.
    virtual Result<void> add(const User& user, std::optional<std::string_view> password,
                             const Actor& actor) = 0;

    /// Everything but password and times of creation; `name` is the one it has had. `conflict`:
    /// another has the new name, or it would be the last administrator who can sign in.
    virtual Result<void> update(std::string_view name, const User& user, const Actor& actor) = 0;

    /// `invalid`: too short, or too easy. Nothing takes the password away.
    virtual Result<void> set_password(std::string_view name,
                                      std::optional<std::string_view> password,
                                      const Actor& actor) = 0;

    /// With all its roles. `conflict`: the last administrator who can sign in.
    virtual Result<void> remove(std::string_view name, const Actor& actor) = 0;
};

/// One place. Any thread; calls block (databases, hashes), so never on a loop.
class UserStore {
public:
    virtual ~UserStore() = default;

    /// For people: "embedded".
    virtual std::string name() const = 0;

    virtual Result<std::optional<User>> find(std::string_view name) const = 0;

    /// Takes as long for a name that nobody has as for a wrong password. `unavailable`: the store
    /// cannot say now; then nobody gets in.
    virtual Result<SignIn> sign_in(std::string_view name, std::string_view password) = 0;

    /// By name.
    virtual Result<std::vector<User>> list(const Page& page) const = 0;

    /// Null where users are changed elsewhere. Lives as long as the store.
    virtual UserEditor* editor() = 0;

    /// True when the store knows all of that name by itself, within moments: no other machine and
    /// no other program is asked, so that questions about it need not wait behind those that are.
    virtual bool is_near(std::string_view /*name*/) const { return false; }
};

}  // namespace rhumb::identity
