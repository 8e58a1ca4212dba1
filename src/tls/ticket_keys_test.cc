#include "tls/ticket_keys.h"

#include <gtest/gtest.h>

namespace rhumb::tls {
namespace {

using std::chrono::hours;

TEST(TicketKeys, RotatesOnceInItsInterval) {
    const std::chrono::sys_seconds start{hours{1'000'000}};
    TicketKeys keys{start};
    const auto first = keys.current();

    keys.rotate_if_due(start + hours{11});
    EXPECT_EQ(keys.current(), first);

    keys.rotate_if_due(start + hours{12});
    EXPECT_NE(keys.current(), first);
    EXPECT_EQ(keys.size(), 2U);
}

TEST(TicketKeys, KeepsAFewOldOnesAndNoMore) {
    std::chrono::sys_seconds now{hours{1'000'000}};
    TicketKeys keys{now};
    for (int i = 0; i < 10; ++i) keys.rotate_if_due(now += hours{12});
    EXPECT_EQ(keys.size(), TicketKeys::keys_kept);
}

TEST(TicketKeys, RotatesWhenTheClockJumpedBack) {
    const std::chrono::sys_seconds start{hours{1'000'000}};
    TicketKeys keys{start};
    keys.rotate_if_due(start - hours{48});
    EXPECT_EQ(keys.size(), 2U);
}

}  // namespace
}  // namespace rhumb::tls
