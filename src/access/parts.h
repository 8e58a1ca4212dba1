#pragma once
/// Parts: what the gate, the token service and the pages for signing in share. Made by the server.

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/snapshot.h"
#include "config/document.h"
#include "identity/browser_sign_in.h"
#include "identity/local_administrators.h"
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
    /// For questions about people to stores outside, and for signing in there: when such a store
    /// hangs, these hang, and nothing else does. (access/outside.h)
    net::Pool& people_pool;
    net::Pool& sign_in_outside_pool;
    std::shared_ptr<const Snapshot<config::Security>> settings;  ///< as they are now
    const Clock& clock;
    const observe::Log& log;
    const identity::LocalAdministrators& locals;
    /// Of the store where users are now: null when they sign in with a password here. What it gives
    /// is to be asked in sign_in_outside_pool.
    std::function<std::shared_ptr<identity::BrowserSignIn>()> browser_sign_in;
};

}  // namespace rhumb::access
