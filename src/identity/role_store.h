#pragma once
/// RoleStore: the seam for places where roles are kept, and who has which.

#include <string>
#include <string_view>
#include <vector>

#include "identity/user.h"
#include "observe/actor.h"

namespace rhumb::identity {

using observe::Actor;

/// Who is given a role: a user, or all who have another role.
struct Member {
    enum class Kind { user, role };

    Kind kind = Kind::user;
    std::string name;

    bool operator==(const Member&) const = default;
};

/// "user:ann", "role:planners": as in rules of the configuration. `invalid` for anything else.
Result<Member> to_member(std::string_view text);
std::string to_text(const Member& member);

/// Changes roles where the store lets us. Each change is one transaction with its entry in the
/// audit trail.
class RoleEditor {
public:
    virtual ~RoleEditor() = default;

    /// Without members. `invalid`, `conflict`.
    virtual Result<void> add(const Role& role, const Actor& actor) = 0;
    /// Name, description, privilege; not the members. `conflict`: another has the new name, or
    /// nobody could administer any more.
    virtual Result<void> update(std::string_view name, const Role& role, const Actor& actor) = 0;
    /// `conflict`: nobody could administer any more.
    virtual Result<void> remove(std::string_view name, const Actor& actor) = 0;
    /// False when it has it already. `conflict`: roles would be members of each other in a circle.
    virtual Result<bool> give(std::string_view role, const Member& to, const Actor& actor) = 0;
    /// False when it did not have it. `conflict`: nobody could administer any more.
    virtual Result<bool> take(std::string_view role, const Member& from, const Actor& actor) = 0;
};

/// What somebody may, by all roles together.
struct Standing {
    std::vector<std::string> roles{};       ///< given or by a role of roles; sorted, each once
    Privilege privilege = Privilege::view;  ///< the highest of them
};

/// One place. Any thread; calls block, so never on a loop.
class RoleStore {
public:
    virtual ~RoleStore() = default;

    /// For people: "embedded".
    virtual std::string name() const = 0;

    /// By name, with their members.
    virtual Result<std::vector<Role>> list() const = 0;

    /// The roles of a user of any user store; none for who has none. Generic roles are not among
    /// them.
    virtual Result<Standing> standing(std::string_view user) const = 0;

    /// Null where roles are changed elsewhere. Lives as long as the store.
    virtual RoleEditor* editor() = 0;

    /// As UserStore::is_near(): no other machine is asked for the standing of that user.
    virtual bool is_near(std::string_view /*user*/) const { return false; }
};

/// The roles that `user` has by these: directly, and by roles that are members of roles. Ends on
/// circles. Pure.
Standing standing_by(const std::vector<Role>& roles, std::string_view user);

}  // namespace rhumb::identity
