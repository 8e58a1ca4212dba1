#pragma once
/// Security: users, sessions, tokens and the gate of a running server, kept in step with the store
/// and the configuration.

#include <memory>

#include "access/gate.h"
#include "access/parts.h"
#include "base/clock.h"
#include "base/result.h"
#include "config/document.h"
#include "crypto/seal.h"
#include "net/pool.h"
#include "observe/log.h"
#include "providers/current.h"
#include "providers/report.h"
#include "site/sites.h"
#include "storage/store.h"

namespace rhumb::server {

/// For the main thread; what parts() and gate() refer to is used by the loops.
class Security {
public:
    struct Surroundings {
        storage::Store& store;
        const crypto::Seal& seal;  ///< as it is now: a change of the master key changes it
        const Clock& clock;
        const observe::Log& log;
        net::Pool& pool;
        net::Pool& sign_in_pool;  ///< for hashes alone
        /// For stores outside alone (access::Parts).
        net::Pool& people_pool;
        net::Pool& sign_in_outside_pool;
        const access::ClientCertificates& certificates;
    };
    /// Makes the first key of tokens when there is none. What is given outlives it.
    static Result<std::unique_ptr<Security>> open(Surroundings surroundings);
    ~Security();
    Security(const Security&) = delete;
    Security& operator=(const Security&) = delete;

    const access::Parts& parts() const;
    /// Where users and roles are now, and how the places outside do. Any thread.
    const providers::Current& providers() const;
    /// What is to be said of that now, as the last look knows whom local administrators hide. Any
    /// thread, at once.
    providers::Report report() const;
    /// What sites are built with: the gate, and who answers where people sign in. Nothing answers
    /// at /metrics yet.
    site::Entrances entrances() const;

    /// Takes what a configuration says of users, roles, limits and life times; from now on it
    /// holds. The error: a provider cannot be made (its secret is missing); then nothing has
    /// changed. Not so the first time: a server starts, and nobody but local administrators gets in
    /// until the provider can be made.
    Result<void> apply(const config::Document& document);
    /// After a change of the store by anybody: tokens, sessions and people are read anew, and the
    /// secrets of providers. Say when the seal has changed before.
    void reload();
    /// To be called every minute or so: makes providers anew whose secrets or roots have changed,
    /// writes down which sessions were used, rotates and wipes
    /// keys, forgets what is over.
    void look_after();

private:
    struct Members;
    explicit Security(std::unique_ptr<Members> members);
    std::unique_ptr<Members> members_;
};

}  // namespace rhumb::server
