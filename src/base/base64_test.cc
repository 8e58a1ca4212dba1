#include "base/base64.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace rhumb::base64 {
namespace {

TEST(Base64, ReadsWhatIsWritten) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(decode(text::to_base64url(bytes), url), bytes) << i;
        bytes += static_cast<char>(i * 37);
    }
    EXPECT_EQ(decode("+/8", standard), "\xfb\xff");
    EXPECT_EQ(decode("-_8", url), "\xfb\xff");
}

TEST(Base64, HasOneWayToWriteEachText) {
    for (const auto* text :
         {"A", "AB", "ABC", "AAAAA", "AA==", "AA=", "A A", "AA\n", "+/8", "\xff"})
        EXPECT_FALSE(decode(text, url)) << text;
    EXPECT_FALSE(decode("-_8", standard));
    EXPECT_EQ(decode("", url), "");
    EXPECT_EQ(decode("AA", url), std::string(1, '\0'));
}

}  // namespace
}  // namespace rhumb::base64
