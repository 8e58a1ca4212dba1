#pragma once
/// Traffic: how many requests were answered, and how.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "http/handler.h"

namespace rhumb::server {

/// Any thread.
class Traffic {
public:
    void count(const http::Exchange& exchange) {
        const auto of = static_cast<std::size_t>(exchange.status / 100);
        if (of < answers_.size()) answers_[of].fetch_add(1, std::memory_order_relaxed);
        bytes_.fetch_add(exchange.bytes_sent, std::memory_order_relaxed);
    }
    /// With a status of 200 to 299 for 2 …; 0: ended without an answer.
    std::uint64_t answers(std::size_t hundreds) const {
        return answers_.at(hundreds).load(std::memory_order_relaxed);
    }
    std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

private:
    std::array<std::atomic<std::uint64_t>, 6> answers_{};
    std::atomic<std::uint64_t> bytes_{0};
};

/// The same application, counted.
class Counted final : public http::Application {
public:
    Counted(std::unique_ptr<http::Application> application, std::shared_ptr<Traffic> traffic)
        : application_{std::move(application)}, traffic_{std::move(traffic)} {}

    net::Sure<http::Response> respond(http::Request& request) override {
        return application_->respond(request);
    }
    void finished(const http::Request& request, const http::Exchange& exchange) override {
        traffic_->count(exchange);
        application_->finished(request, exchange);
    }

private:
    std::unique_ptr<http::Application> application_;
    std::shared_ptr<Traffic> traffic_;
};

}  // namespace rhumb::server
