#pragma once
/// What one connection may cost: times, sizes, counts. From the configuration ([server.limits]).

#include <chrono>
#include <cstddef>

namespace rhumb::http {

struct Limits {
    std::chrono::milliseconds header_timeout{20'000};  ///< from the first byte of a head to its end
    std::chrono::milliseconds body_timeout{30'000};    ///< between two pieces of a request body
    std::chrono::milliseconds idle_timeout{75'000};   ///< between two requests on a kept connection
    std::chrono::milliseconds write_timeout{30'000};  ///< without any progress of a response
    /// HTTP/2: for a request that is answered before its end, until its stream is reset.
    std::chrono::milliseconds linger_timeout{1'000};
    std::size_t header_bytes_max = 32 * 1024;  ///< request line and fields together
    std::size_t header_fields_max = 100;
    std::size_t body_bytes_max = 16U << 20U;  ///< of one request
    std::size_t requests_max = 10'000;        ///< on one connection; then it is closed in order
    std::size_t streams_max = 128;            ///< concurrent, HTTP/2
};

}  // namespace rhumb::http
