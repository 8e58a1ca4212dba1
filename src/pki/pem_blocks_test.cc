#include "pki/pem_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::pki {
namespace {

using testing::HasSubstr;

TEST(PemReader, GoesThroughTheBlocksWithTheirLines) {
    PemReader reader{
        "words\n-----BEGIN A-----\nAAAA\n-----END A-----\n\n\n"
        "-----BEGIN B C-----\nBBBB\n-----END B C-----"};
    const auto first = *reader.next(), second = *reader.next(), third = *reader.next();

    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->label, "A");
    EXPECT_EQ(first->line, 2U);
    EXPECT_EQ(first->body, "\nAAAA\n");
    EXPECT_EQ(second->label, "B C");
    EXPECT_EQ(second->line, 7U);
    EXPECT_FALSE(third);
}

TEST(PemReader, TellsHeadersFromTheBody) {
    for (const std::string line_end : {"\n", "\r\n", "\r", "\n> "}) {
        std::string text;
        for (const auto* line : {"-----BEGIN K-----", "Proc-Type: 4,ENCRYPTED", "DEK-Info: X,00",
                                 "", "AAAA", "-----END K-----"})
            text += line + line_end;
        PemReader reader{text};
        const auto block = *reader.next();
        ASSERT_TRUE(block);
        EXPECT_THAT(std::string{block->headers}, HasSubstr("DEK-Info: X,00"));
        EXPECT_EQ(decode_base64(block->body)->size(), 3U);
        EXPECT_EQ(*normalized(*block),
                  "-----BEGIN K-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X,00\n\nAAAA\n"
                  "-----END K-----\n");
    }
}

TEST(PemReader, GoesOnBehindABlockThatIsBroken) {
    PemReader reader{"-----BEGIN A-----\nAAAA\n-----BEGIN B-----\nBBBB\n-----END B-----\n"};
    EXPECT_THAT(reader.next().error().message, HasSubstr("«A» of line 1 has no END"));
    EXPECT_EQ((*reader.next())->label, "B");
}

TEST(DecodeBase64, ReadsWithAndWithoutPaddingAndLineEnds) {
    for (const auto* text : {"TWFw", "TW\nFw", " T W F w ", "> TWFw\r\n"})
        EXPECT_EQ(decode_base64(text)->view(), "Map") << text;
    EXPECT_EQ(decode_base64("TWE=")->view(), "Ma");
    EXPECT_EQ(decode_base64("TWE")->view(), "Ma");
    EXPECT_EQ(decode_base64("TQ==")->view(), "M");
    EXPECT_EQ(decode_base64("")->size(), 0U);
}

TEST(DecodeBase64, RefusesWhatIsDamaged) {
    EXPECT_THAT(decode_base64("TWFw\nT!Fw").error().message, HasSubstr("line 2"));
    EXPECT_THAT(decode_base64("TWFwT").error().message, HasSubstr("stops in the middle"));
    EXPECT_THAT(decode_base64("TW=").error().message, HasSubstr("stops in the middle"));
    EXPECT_FALSE(decode_base64("TW==TWFw"));
    EXPECT_FALSE(decode_base64("===="));
}

}  // namespace
}  // namespace rhumb::pki
