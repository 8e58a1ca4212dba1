#include "share/qr.h"

#include <gtest/gtest.h>

namespace rhumb::share {
namespace {

// What is in it, a reader of other people is asked: tests/system/test_share.py.

TEST(QrCode, IsBlackOnWhiteWithAQuietZone) {
    const auto svg = to_qr_svg("http://192.168.7.2:8080/trust", "the address <of> this page");

    ASSERT_TRUE(svg);
    // 29 bytes in level M take version 3: 29 modules, and 4 of quiet on each side.
    EXPECT_NE(svg->find("viewBox=\"0 0 37 37\""), std::string::npos) << svg->substr(0, 200);
    EXPECT_NE(svg->find("width=\"37\" height=\"37\" fill=\"#fff\""), std::string::npos);
    EXPECT_NE(svg->find("aria-label=\"the address &lt;of&gt; this page\""), std::string::npos);
    // The first stroke is the upper edge of the finder in the corner: seven modules.
    EXPECT_NE(svg->find("d=\"M4 4h7v1h-7z"), std::string::npos) << *svg;
}

TEST(QrCode, RefusesWhatHasNoRoomInOne) {
    const auto refused = to_qr_svg(std::string(5000, 'x'), "");

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace rhumb::share
