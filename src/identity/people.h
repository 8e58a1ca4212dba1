#pragma once
/// People: what requests need to know of users, from memory: whether somebody may still come in,
/// and what roles he has.

#include <cstdint>
#include <functional>
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

/// Any thread. What it knows is forgotten when the store changes, and after a while (stores outside
/// do not say when they change): who was removed or disabled there is out by then. That nobody has
/// a name is remembered too, shorter, so that who shows it again and again asks the stores seldom.
class People {
public:
    /// All outlive it.
    People(UserStore& users, RoleStore& roles, const Clock& clock,
           std::chrono::seconds age_max = std::chrono::seconds{60});
    ~People();

    /// From now on nothing older counts, whenever it was learnt.
    void set_age_max(std::chrono::seconds age_max);

    /// From memory, never blocks. Null: not known now, ask load().
    std::shared_ptr<const Person> find(std::string_view user) const;
    /// From memory, or from the stores; blocks then. Who asks for somebody who is being looked up
    /// already waits for the answer to that. Null: there is nobody of that name. `unavailable`: the
    /// store cannot say; then nobody gets in.
    Result<std::shared_ptr<const Person>> load(std::string_view user);
    /// From the stores, whatever is in memory: for who has just signed in. Blocks.
    Result<std::shared_ptr<const Person>> look_up(std::string_view user);
    /// After a change of users or roles.
    void forget();
    /// What was issued before counts no more, but for those of whom `is_exempt` says so: users were
    /// moved, and who has a name now need not be who had it. `is_exempt` may block as find() of a
    /// store does.
    void count_from(Seconds since, std::function<Result<bool>(std::string_view)> is_exempt);

    /// True when load() asks no other machine and no other program. Blocks for a moment (it looks
    /// into Rhumb's own store).
    bool is_near(std::string_view user) const;

    /// What was asked, and what of it memory answered.
    struct Counts {
        std::uint64_t from_memory = 0;
        std::uint64_t from_stores = 0;
        std::uint64_t failed = 0;  ///< of those, the stores could not say
    };
    Counts counts() const;

    UserStore& users();
    RoleStore& roles();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::identity
