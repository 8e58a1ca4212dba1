#include "server/connections.h"

#include <gtest/gtest.h>

namespace rhumb::server {
namespace {

/// Remembers what was done to it.
class Watched final : public net::Stream {
public:
    int wakes = 0;
    net::SteadyTime deadline = net::SteadyTime::max();
    net::Progress try_read(std::span<char>) override { return {}; }
    net::Progress try_write(std::string_view) override { return {}; }
    net::Task<void> wait(net::Readiness) override { co_return Result<void>{}; }
    void wake() override { ++wakes; }
    void set_deadline(net::SteadyTime to) override { deadline = to; }
    net::Sure<void> close() override { co_return; }
};

class Nobody final : public http::Application {
    net::Sure<http::Response> respond(http::Request&) override { co_return http::Response{}; }
    void finished(const http::Request&, const http::Exchange&) override {}
};

struct One {
    One(Connections& all, bool is_idle)
        : connection{stream, channel, limits, application, draining, clock, date, is_idle},
          entry{all, connection} {}
    Watched stream;
    http::Channel channel;
    http::Limits limits;
    Nobody application;
    std::atomic<bool> draining = false;
    ManualClock clock{Seconds{}};
    http::DateText date;
    http::Connection connection;
    Connections::Entry entry;
};

TEST(Connections, WakesAllThatLive) {
    std::atomic<std::size_t> total = 0;
    Connections all{total};
    One first{all, true};
    { One gone{all, true}; }
    One last{all, false};

    all.wake_all();

    EXPECT_EQ(first.stream.wakes, 1);
    EXPECT_EQ(last.stream.wakes, 1);
}

TEST(Connections, ClosesTheOldestIdleFirst) {
    std::atomic<std::size_t> total = 0;
    Connections all{total};
    One busy{all, false};
    One oldest{all, true};
    One newer{all, true};

    EXPECT_EQ(all.close_idle(1), 1U);

    EXPECT_EQ(busy.stream.wakes, 0);
    EXPECT_EQ(oldest.stream.deadline, net::SteadyTime::min());
    EXPECT_EQ(newer.stream.wakes, 0);
    EXPECT_EQ(all.close_idle(5), 2U);
}

}  // namespace
}  // namespace rhumb::server
