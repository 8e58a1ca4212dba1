#include "http/h1/chunks.h"

#include <gtest/gtest.h>

namespace rhumb::http::h1 {
namespace {

struct Decoded {
    std::string content;
    std::size_t used = 0;
    bool is_end = false;
    int refused = 0;
};

/// Decodes `bytes` as they come in pieces of `step` bytes.
Decoded decode(std::string_view bytes, std::size_t step) {
    Chunks chunks;
    Decoded decoded;
    std::size_t come = 0;
    while (!decoded.is_end) {
        const auto got = chunks.next(bytes.substr(decoded.used, come - decoded.used));
        if (got.refusal) {
            decoded.refused = got.refusal->status;
            break;
        }
        decoded.content += got.piece;
        decoded.used += got.used;
        decoded.is_end = got.is_end;
        if (got.used == 0 && !got.is_end) {
            if (come == bytes.size()) break;
            come = std::min(bytes.size(), come + step);
        }
    }
    return decoded;
}

TEST(Chunks, TakesTheCodingOffHoweverTheBytesAreCut) {
    const std::string bytes =
        "5;name=\"x\"\r\nhello\r\n1\r\n \r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const auto decoded = decode(bytes, step);
        EXPECT_EQ(decoded.content, "hello 0123456789") << step;
        EXPECT_TRUE(decoded.is_end);
        EXPECT_EQ(bytes.substr(decoded.used), "GET");
    }
}

TEST(Chunks, TakesAnEmptyBody) {
    for (std::size_t step = 1; step < 6; ++step) EXPECT_TRUE(decode("0\r\n\r\n", step).is_end);
}

TEST(Chunks, RefusesWhatIsNotWellFormed) {
    for (const auto* bad :
         {"x\r\n", "\r\n", "-1\r\nx", "0x5\r\nhello", "5\nhello", "5 hello\r\n", "5\r\nhelloX",
          "5\r\nhello\n", "FFFFFFFFFFFFFFFFF\r\n", "1000000000000000\r\n", "5;a\rb\r\nhello",
          "0\r\nno colon\r\n\r\n", "0\r\n folded: x\r\n\r\n", "0\r\nX: y\n\n"}) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{100}})
            EXPECT_EQ(decode(bad, step).refused, 400) << bad << " by " << step;
    }
}

TEST(Chunks, BoundsExtensionsAndTrailers) {
    EXPECT_EQ(decode("5;" + std::string(1000, 'x'), 100).refused, 400);
    std::string trailer = "0\r\n";
    for (int i = 0; i < 1000; ++i) trailer += "Name: value\r\n";
    EXPECT_EQ(decode(trailer, 1000).refused, 431);
    EXPECT_EQ(decode("0\r\n" + std::string(20'000, 'x'), 1000).refused, 431);
}

TEST(Chunks, WaitsWhenBytesAreMissing) {
    for (const auto* cut :
         {"", "5", "5\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello\r", "0\r\n", "0\r\n\r"}) {
        const auto decoded = decode(cut, 1);
        EXPECT_FALSE(decoded.is_end) << cut;
        EXPECT_EQ(decoded.refused, 0) << cut;
    }
}

}  // namespace
}  // namespace rhumb::http::h1
