#pragma once
/// What answers plain HTTP that was sent to a port for HTTPS: a readable 400 that names the https URL.

#include "http/handler.h"

namespace rhumb::server {

class PlainHttpOnHttpsPort final : public http::Application {
public:
    net::Sure<http::Response> respond(http::Request& request) override;
    void finished(const http::Request&, const http::Exchange&) override {}
};

}  // namespace rhumb::server
