#include "config/readers.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

using namespace std::chrono_literals;

Limits read_limits(const Node& node, Report& report) {
    Limits limits;
    TableReader reader{node, "[server.limits]", report};
    reader.read("header_seconds", limits.header_seconds, 3600s);
    reader.read("body_seconds", limits.body_seconds, 3600s);
    reader.read("idle_seconds", limits.idle_seconds, 86400s);
    reader.read("handshake_seconds", limits.handshake_seconds, 3600s);
    reader.read("write_seconds", limits.write_seconds, 3600s);
    reader.read("drain_seconds", limits.drain_seconds, 3600s);
    reader.read("header_bytes", limits.header_bytes, std::uint32_t{1024}, std::uint32_t{1U << 20U});
    reader.read("header_fields", limits.header_fields, std::uint32_t{10}, std::uint32_t{10'000});
    reader.read("body_bytes", limits.body_bytes, std::uint64_t{0}, std::uint64_t{1} << 40U);
    reader.read("connections", limits.connections, std::uint32_t{1}, std::uint32_t{10'000'000});
    reader.read("requests_per_connection", limits.requests_per_connection, std::uint32_t{1},
                std::uint32_t{1'000'000'000});
    reader.read("http2_streams", limits.http2_streams, std::uint32_t{1}, std::uint32_t{10'000});
    reader.done();
    return limits;
}

}  // namespace

Server read_server(const Node& node, Report& report) {
    Server server;
    TableReader reader{node, "[server]", report};
    reader.read("loops", server.loops, std::uint32_t{0}, std::uint32_t{1024});
    reader.read("public_url", server.public_url, check_public_url);
    reader.read("log_level", server.log_level, log_level_words);
    if (const Node* limits = reader.take("limits")) server.limits = read_limits(*limits, report);
    reader.done();
    return server;
}

}  // namespace rhumb::config
