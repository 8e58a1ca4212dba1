#pragma once
/// The root of every client connection: from the accepted descriptor to the close.

#include <memory>

#include "base/clock.h"
#include "net/listener.h"
#include "net/loop.h"
#include "observe/log.h"
#include "server/binding.h"
#include "server/connections.h"

namespace rhumb::server {

/// What connections of one loop share.
struct LoopContext {
    net::Loop& loop;
    Connections connections;
    http::DateText date_text;
    const Clock& clock;
    const observe::Log& log;
    const std::atomic<bool>& is_draining;
};

/// TLS where the binding has it, then HTTP, to the end. Never throws: the one place where
/// exceptions of a connection end.
net::Sure<void> serve_connection(LoopContext& context, std::shared_ptr<const Binding> binding,
                                 std::unique_ptr<net::Accepted> accepted);

}  // namespace rhumb::server
