#pragma once
/// Pool: the connections to one directory, which may run on several servers.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crypto/secret.h"
#include "ldap/connection.h"

namespace rhumb::ldap {

/// Any thread; blocks, each call until its deadline.
///
/// Servers are asked in their order: one that fails is passed over for half a minute, then tried
/// again, and the earlier ones are gone back to as soon as they answer. Connections are kept for
/// the next question, those that died meanwhile are replaced.
class Pool {
public:
    struct Options {
        std::vector<Server> servers{};  ///< at least one
        Protection protection{};
        std::string service_name{};  ///< who searches; "": nobody
        crypto::Secret service_password{};
        std::size_t connections_max = 4;
    };
    explicit Pool(Options options);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// As whom a connection is used.
    enum class As {
        service,  ///< who searches
        anybody,  ///< for binding as somebody; it may be anybody's now
    };

    /// What `question` answers on a connection. It is asked once more on another when the first one
    /// had been kept and turned out to be dead; so it begins anew each time.
    template <class T, class Question>
    Answer<T> ask(As as, Deadline deadline, Question&& question) {
        for (bool may_be_kept = true;; may_be_kept = false) {
            TRY(auto lease, take(as, deadline, may_be_kept));
            Answer<T> answer = question(*lease.connection);
            const bool is_dead = !answer && answer.error().fault == Fault::gone;
            if (is_dead && lease.was_kept && may_be_kept) continue;
            if (!answer) note(lease, answer.error());
            return answer;
        }
    }

    /// Connects anew to one of the servers, past everything that is remembered; nobody yet.
    Answer<std::unique_ptr<Connection>> open(const Server& server, Deadline deadline) const;
    /// Makes it who searches. The failure names the account and the remedy.
    Answer<void> become_service(Connection& connection, Deadline deadline) const;
    const std::vector<Server>& servers() const;

private:
    struct State;
    struct Kept;
    struct Lease {
        Lease(State& state, std::unique_ptr<Kept> kept, bool was_kept);
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&&) = delete;
        ~Lease();

        State* state;
        std::unique_ptr<Kept> kept;
        Connection* connection;
        bool was_kept;
    };

    Answer<Lease> take(As as, Deadline deadline, bool may_be_kept);
    void note(const Lease& lease, const Failure& failure);

    std::unique_ptr<State> state_;
};

}  // namespace rhumb::ldap
