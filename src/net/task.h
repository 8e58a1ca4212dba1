#pragma once
/// Task<T>: a coroutine that ends with a Result<T>. It runs on the loop of its connection.
/// Tasks are free or member functions, never lambdas with captures (STYLE: coroutines).

#include <asio/awaitable.hpp>

#include "base/result.h"

namespace rhumb::net {

template <class T>
using Task = asio::awaitable<Result<T>>;

/// A coroutine that cannot fail.
template <class T>
using Sure = asio::awaitable<T>;

}  // namespace rhumb::net
