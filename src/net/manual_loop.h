#pragma once
/// For tests: a loop that is turned by hand, step by step.

#include <asio/io_context.hpp>

namespace rhumb::net {

using ManualLoop = asio::io_context;

}  // namespace rhumb::net
