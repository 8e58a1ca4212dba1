#pragma once
/// Binding: one address and port that is served, for as long as the configuration has it. Shared by
/// all loops and by its connections.

#include <chrono>
#include <memory>

#include "base/snapshot.h"
#include "http/handler.h"
#include "http/limits.h"
#include "net/listener.h"
#include "tls/server_context.h"

namespace rhumb::server {

/// What a reload may change; replaced as a whole.
struct BindingSettings {
    std::shared_ptr<const tls::ServerContext> tls;  ///< null: plain HTTP
    http::Limits limits;
    std::chrono::milliseconds handshake_timeout{10'000};
    std::size_t connections_max = 20'000;
};

/// Thread-safe.
struct Binding {
    Binding(net::Endpoint listens_on, std::unique_ptr<http::Application> its_application,
            std::shared_ptr<const BindingSettings> first)
        : endpoint{std::move(listens_on)},
          application{std::move(its_application)},
          settings{std::move(first)} {}

    const net::Endpoint endpoint;  ///< with the port that the system gave, where 0 was asked
    const std::unique_ptr<http::Application> application;
    Snapshot<BindingSettings> settings;
};

}  // namespace rhumb::server
