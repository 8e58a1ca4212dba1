#pragma once
/// Parts: what the gate, the token service and the pages for signing in share. Made by the server.

#include <memory>

#include "base/clock.h"
#include "base/snapshot.h"
#include "config/document.h"
#include "identity/people.h"
#include "identity/sessions.h"
#include "identity/sign_in.h"
#include "identity/tokens.h"
#include "net/pool.h"
#include "observe/log.h"

namespace rhumb::access {

/// All outlive the parts. Any thread.
struct Parts {
    identity::People& people;
    identity::SignIns& sign_ins;
    identity::Tokens& tokens;
    identity::Sessions& sessions;
    storage::Store& store;
    const crypto::Seal& seal;
    /// For what takes memory and time: hashes of passwords. Few threads, a short queue; when it is
    /// full, who signs in is asked to wait, and nobody else is.
    net::Pool& sign_in_pool;
    /// For short looks into the store.
    net::Pool& pool;
    std::shared_ptr<const Snapshot<config::Security>> settings;  ///< as they are now
    const Clock& clock;
    const observe::Log& log;
};

}  // namespace rhumb::access
