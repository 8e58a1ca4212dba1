#pragma once
/// Task<T>: a coroutine that ends with a Result<T>. It runs on the loop of its connection.
/// Tasks are free or member functions, never lambdas with captures (STYLE: coroutines).

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>

#include "base/result.h"

namespace rhumb::net {

/// The loop that a coroutine runs on; cheap to copy. The loop's own type and not any executor: what
/// waits for years is smaller so, and each step is a call less.
using Executor = asio::io_context::executor_type;

template <class T>
using Task = asio::awaitable<Result<T>, Executor>;

/// A coroutine that cannot fail.
template <class T>
using Sure = asio::awaitable<T, Executor>;

/// What an operation of Asio is given, so that a coroutine can wait for it.
inline constexpr asio::use_awaitable_t<Executor> use_awaitable{};

}  // namespace rhumb::net
