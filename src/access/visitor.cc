#include "access/visitor.h"

#include "access/cookies.h"

namespace rhumb::access {

net::Task<Visitor> find_visitor(const http::Request& request, const Parts& parts) {
    const auto cookie = find_cookie(request, session_cookie);
    if (!cookie) co_return Visitor{};
    Visitor visitor{.session = parts.sessions.find(*cookie)};
    if (visitor.session == nullptr) co_return Visitor{};
    visitor.person = parts.people.find(visitor.session->user);
    if (visitor.person == nullptr) {
        std::function<Result<std::shared_ptr<const identity::Person>>()> load =
            [&parts, user = visitor.session->user] { return parts.people.load(user); };
        CO_TRY(visitor.person,
               co_await parts.pool.run<std::shared_ptr<const identity::Person>>(std::move(load)));
    }
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
