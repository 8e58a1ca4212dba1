#include "access/outside.h"

namespace rhumb::access {

net::Task<std::shared_ptr<const identity::Person>> get_person(const Parts& parts,
                                                              std::string user) {
    using Person = std::shared_ptr<const identity::Person>;
    if (auto known = parts.people.find(user)) co_return known;
    std::function<bool()> is_near = [&parts, user] { return parts.people.is_near(user); };
    std::function<Result<Person>()> load = [&parts, user] { return parts.people.load(user); };
    co_return co_await run_near_or_outside<Person>(parts.pool, parts.people_pool,
                                                   std::move(is_near), std::move(load));
}

}  // namespace rhumb::access
