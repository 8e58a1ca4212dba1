#include "fetch/date.h"

#include <gtest/gtest.h>

namespace rhumb::fetch {
namespace {

TEST(Date, IsReadInTheFormsThatServersUse) {
    const Seconds wanted{std::chrono::seconds{784'111'777}};
    for (const auto* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994"}) {
        ASSERT_TRUE(parse_date(text)) << text;
        EXPECT_EQ(*parse_date(text), wanted) << text;
    }
}

TEST(Date, IsNothingWhenItIsNone) {
    for (const auto& text : {std::string{}, std::string{"soon"}, std::string(200, '1')})
        EXPECT_FALSE(parse_date(text)) << text;
}

}  // namespace
}  // namespace rhumb::fetch
