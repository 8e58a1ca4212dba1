#pragma once
/// Visitor: who has a session with this browser.

#include <memory>
#include <string>

#include "access/parts.h"
#include "http/message.h"

namespace rhumb::access {

struct Visitor {
    std::shared_ptr<const identity::Session> session{};
    std::shared_ptr<const identity::Person> person{};

    explicit operator bool() const { return session != nullptr && person != nullptr; }
};

/// Nobody where there is no session, or its user may not come in any more. Never blocks the loop.
/// `unavailable`: the user store cannot say.
net::Task<Visitor> find_visitor(const http::Request& request, const Parts& parts);

/// The client's address as it is counted and written down.
std::string address_of(const http::Request& request);

/// For the audit trail.
observe::Actor actor_of(const Visitor& visitor, const http::Request& request);

}  // namespace rhumb::access
