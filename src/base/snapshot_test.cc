#include "base/snapshot.h"

#include <thread>

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(Snapshot, KeepsTheOldValueAliveForThoseWhoHoldIt) {
    Snapshot<int> snapshot{std::make_shared<int>(1)};
    const auto held = snapshot.get();

    snapshot.replace(std::make_shared<int>(2));

    EXPECT_EQ(*held, 1);
    EXPECT_EQ(*snapshot.get(), 2);
}

TEST(Snapshot, IsReadAndReplacedFromManyThreads) {
    Snapshot<int> snapshot{std::make_shared<int>(0)};
    std::thread writer{[&] {
        for (int i = 1; i <= 1000; ++i) snapshot.replace(std::make_shared<int>(i));
    }};
    int last = 0;
    while (last < 1000) {
        const int now = *snapshot.get();
        ASSERT_GE(now, last);
        last = now;
    }
    writer.join();
}

}  // namespace
}  // namespace rhumb
