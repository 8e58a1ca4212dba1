#pragma once
/// People: what requests need to know of users, from memory: whether somebody may still come in,
/// and what roles he has.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "identity/role_store.h"
#include "identity/user_store.h"

namespace rhumb::identity {

/// Somebody as requests see him. Immutable.
struct Person {
    std::string name;                  ///< as the store writes it
    std::vector<std::string> roles{};  ///< in lower case, sorted, each once; without generic ones
    Privilege privilege = Privilege::view;
    std::optional<Seconds> expires{};
    bool is_disabled = false;
    /// Sessions and tokens from before count no more: the user was made, or his password changed,
    /// at that time.
    Seconds since{};

    bool is_active(Seconds now) const { return !is_disabled && (!expires || now < *expires); }
};

/// Any thread. What it knows is forgotten when the store changes, and after `age_max` (stores
/// outside do not say when they change).
class People {
public:
    /// All outlive it.
    People(UserStore& users, RoleStore& roles, const Clock& clock,
           std::chrono::seconds age_max = std::chrono::seconds{60});
    ~People();

    /// From memory, never blocks. Null: not known now, ask load().
    std::shared_ptr<const Person> find(std::string_view user) const;
    /// Blocks. Null: there is nobody of that name. `unavailable`: the store cannot say; then nobody
    /// gets in.
    Result<std::shared_ptr<const Person>> load(std::string_view user);
    /// After a change of users or roles.
    void forget();

    UserStore& users();
    RoleStore& roles();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::identity
