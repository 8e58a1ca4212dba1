#pragma once
/// Asking for people without blocking a loop, and without letting a store outside that hangs hold
/// up those who do not need it.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "access/parts.h"

namespace rhumb::access {

/// `work` on a thread of `near` when `is_near` says there that no other machine is asked, else on
/// one of `outside`. `unavailable`: the pool is full. What the two refer to is awaited for.
template <class T>
net::Task<T> run_near_or_outside(net::Pool& near, net::Pool& outside, std::function<bool()> is_near,
                                 std::function<Result<T>()> work) {
    // Shared, for what is in it (a password) is to be in memory once.
    const auto shared = std::make_shared<const std::function<Result<T>()>>(std::move(work));
    std::function<Result<std::optional<T>>()> try_near = [is_near = std::move(is_near),
                                                          shared]() -> Result<std::optional<T>> {
        if (!is_near()) return std::optional<T>{};
        TRY(auto done, (*shared)());
        return std::optional<T>{std::move(done)};
    };
    CO_TRY(auto done, co_await near.run<std::optional<T>>(std::move(try_near)));
    if (done) co_return *std::move(done);
    std::function<Result<T>()> again = [shared] { return (*shared)(); };
    co_return co_await outside.run<T>(std::move(again));
}

/// From memory, or else from the stores. Null: there is nobody of that name.
net::Task<std::shared_ptr<const identity::Person>> get_person(const Parts& parts, std::string user);

/// `work` asks for the password of `user` (SignIns::confirm()).
template <class T>
net::Task<T> run_with_password_of(const Parts& parts, std::string user,
                                  std::function<Result<T>()> work) {
    std::function<bool()> is_near = [&parts, user = std::move(user)] {
        return parts.people.is_near(user);
    };
    co_return co_await run_near_or_outside<T>(parts.sign_in_pool, parts.sign_in_outside_pool,
                                              std::move(is_near), std::move(work));
}

/// `work` makes an attempt to sign in with that name, or with that ticket.
template <class T>
net::Task<T> run_sign_in(const Parts& parts, std::string user, std::string ticket,
                         std::function<Result<T>()> work) {
    std::function<bool()> is_near = [&parts, user = std::move(user), ticket = std::move(ticket)] {
        return parts.sign_ins.is_near({.user = user, .ticket = ticket});
    };
    co_return co_await run_near_or_outside<T>(parts.sign_in_pool, parts.sign_in_outside_pool,
                                              std::move(is_near), std::move(work));
}

}  // namespace rhumb::access
