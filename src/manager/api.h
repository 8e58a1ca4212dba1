#pragma once
/// Api: the handler of the administration API.

#include <memory>
#include <string>

#include "http/handler.h"
#include "manager/route.h"

namespace rhumb::manager {

/// All routes there are.
std::shared_ptr<const Table> all_routes();

/// Immutable; all loops at once.
class Api final : public http::Handler {
public:
    /// `path`: of its location: "/api/v1". `parts` outlives it.
    Api(const Parts& parts, std::string path, std::shared_ptr<const Table> table = all_routes());

    /// HTTPS only; errors are problems. What is asked for is judged in this order: channel, path,
    /// method, who asks, his privilege, where a session's request came from, query, body, state
    /// (ETag).
    net::Task<http::Response> handle(http::Request& request) const override;

    static constexpr std::size_t body_bytes_max = 1U << 20U;

private:
    net::Task<http::Response> carry_out(http::Request& request, const Route& route,
                                        Call call) const;
    http::Response finish(const Route& route, const Call& call, Answer answer,
                          const http::Request& request) const;

    const Parts& parts_;
    std::string path_;
    std::shared_ptr<const Table> table_;
    std::string document_;  // OpenAPI
};

}  // namespace rhumb::manager
