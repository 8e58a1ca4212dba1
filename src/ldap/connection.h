#pragma once
/// Connection: one connection to a directory (RFC 4511), by libldap. TLS and every wait are ours:
/// docs/decisions/0044-ldap-client.md.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ldap/failure.h"
#include "ldap/search.h"
#include "ldap/server.h"

namespace rhumb::ldap {

using Deadline = std::chrono::steady_clock::time_point;

/// How what is said is kept from others.
struct Protection {
    bool start_tls = true;                ///< for ldap:// (RFC 4511 section 4.14)
    std::string roots_file{};             ///< PEM; "": what programs of this system trust
    bool insecurely_without_tls = false;  ///< ldap:// without StartTLS is allowed
};

/// Open, and nobody yet. One thread at a time; blocks, each call until its deadline and not a
/// moment longer, so never on a loop. After a failure other than `refused` it is of no more use.
class Connection {
public:
    /// Connects, and protects the connection; a certificate that is not good ends it before
    /// anything was said.
    static Answer<std::unique_ptr<Connection>> open(const Server& server,
                                                    const Protection& protection,
                                                    Deadline deadline);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Simple bind: is this the password of the entry of that name? A no is an answer. Without a
    /// name: to be nobody again. `protocol`, and nothing is sent, for a name without a password: a
    /// directory would say yes to that (RFC 4513 section 5.1.2).
    Answer<BindEnd> bind(const std::string& name, std::string_view password, Deadline deadline);

    /// Gives each entry to `take` as it comes. Referrals are passed over.
    Answer<SearchEnd> search(const Search& search, Deadline deadline,
                             const std::function<void(Entry&&)>& take);

    /// Who the directory holds us for (RFC 4532): "dn:uid=ann,…", "u:CORP\\ann", "": nobody.
    Answer<std::string> who_am_i(Deadline deadline);

    /// Nothing has gone wrong, and the server has neither said anything since nor hung up.
    bool is_usable() const;
    bool is_secure() const;
    /// Who answered: "192.0.2.7:636".
    const std::string& address() const;
    const Server& server() const;

private:
    struct State;
    explicit Connection(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::ldap
