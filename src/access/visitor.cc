#include "access/visitor.h"

#include "access/cookies.h"
#include "access/outside.h"

namespace rhumb::access {

net::Task<Visitor> find_visitor(const http::Request& request, const Parts& parts) {
    const auto cookie = find_cookie(request, session_cookie);
    if (!cookie) co_return Visitor{};
    Visitor visitor{.session = parts.sessions.find(*cookie)};
    if (visitor.session == nullptr) co_return Visitor{};
    CO_TRY(visitor.person, co_await get_person(parts, visitor.session->user));
    const bool counts = visitor.person != nullptr && visitor.person->is_active(parts.clock.now()) &&
                        visitor.session->created >= visitor.person->since;
    co_return counts ? visitor : Visitor{};
}

std::string address_of(const http::Request& request) {
    return request.client_ip.empty() ? request.channel->remote.ip : request.client_ip;
}

observe::Actor actor_of(const Visitor& visitor, const http::Request& request) {
    return {visitor.person->name, address_of(request)};
}

}  // namespace rhumb::access
