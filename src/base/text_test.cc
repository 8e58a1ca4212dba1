#include "base/text.h"

#include <gtest/gtest.h>

namespace rhumb::text {
namespace {

TEST(Text, ComparesWithoutAsciiCase) {
    EXPECT_TRUE(iequals("Content-Length", "content-LENGTH"));
    EXPECT_FALSE(iequals("a", "ab"));
    EXPECT_TRUE(istarts_with("HTTPS://x", "https:"));
    EXPECT_FALSE(iequals("\xC3\x84", "\xC3\xA4"));  // Ä and ä: only ASCII is folded
}

TEST(Text, SplitsAndKeepsEmptyParts) {
    EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, TrimsBothEnds) {
    EXPECT_EQ(trim("  a b\t\r\n"), "a b");
    EXPECT_EQ(trim(" \t"), "");
}

TEST(Text, ReadsWholeNumbersOnly) {
    EXPECT_EQ(to_integer("42"), 42);
    EXPECT_EQ(to_integer("-1"), -1);
    for (const auto* bad : {"", " 1", "1 ", "1x", "99999999999999999999", "+1"})
        EXPECT_FALSE(to_integer(bad)) << bad;
    EXPECT_EQ(to_number("1.5e3"), 1500.0);
    for (const auto* bad : {"", "1,5", "nan", "inf", "1e999"}) EXPECT_FALSE(to_number(bad)) << bad;
}

TEST(Text, HexGoesThereAndBack) {
    EXPECT_EQ(to_hex(std::string("\x00\xff", 2)), "00ff");
    EXPECT_EQ(from_hex("00FF").value(), std::string("\x00\xff", 2));
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("zz"));
}

TEST(Text, Base64HasTheVectorsOfRfc4648) {
    EXPECT_EQ(to_base64(""), "");
    EXPECT_EQ(to_base64("f"), "Zg==");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64url("\xff\xfe"), "__4");
}

TEST(Text, DecodesPercentEscapesAndRefusesBrokenOnes) {
    EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    for (const auto* bad : {"%", "%2", "%zz", "a%"}) EXPECT_FALSE(percent_decode(bad)) << bad;
}

TEST(Text, EncodesAllButUnreserved) {
    EXPECT_EQ(percent_encode("a b/ü"), "a%20b%2F%C3%BC");
    EXPECT_EQ(percent_encode("a/b", "/"), "a/b");
}

TEST(Text, EscapesHtml) {
    EXPECT_EQ(escape_html("<a href=\"'&'\">"), "&lt;a href=&quot;&#39;&amp;&#39;&quot;&gt;");
}

TEST(Text, TellsUtf8FromOtherBytes) {
    EXPECT_TRUE(is_utf8("Zürich \xF0\x9F\x97\xBA"));
    for (const auto* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\x80"})
        EXPECT_FALSE(is_utf8(bad));
}

}  // namespace
}  // namespace rhumb::text
