#include "http/headers.h"

#include <gtest/gtest.h>

namespace rhumb::http {
namespace {

TEST(Headers, KeepTheirOrderAsTheLinesThatAreSent) {
    Headers headers;
    headers.add("content-type", "text/html");
    headers.add("vary", "");
    headers.add("etag", "\"1\"");

    EXPECT_EQ(headers.lines(), "content-type: text/html\r\nvary: \r\netag: \"1\"\r\n");
    ASSERT_EQ(headers.size(), 3U);
    EXPECT_EQ(headers.at(1).name, "vary");
    EXPECT_EQ(headers.at(1).value, "");
    EXPECT_EQ(headers.at(2).value, "\"1\"");
}

TEST(Headers, CompareNamesWithoutCase) {
    Headers headers;
    headers.add("Content-Type", "a");
    headers.add("content-TYPE", "b");

    EXPECT_EQ(headers.find("content-type"), "a");
    EXPECT_EQ(headers.count("CONTENT-TYPE"), 2U);
    EXPECT_FALSE(headers.has("content-typ"));
    EXPECT_FALSE(headers.has("content-types"));
}

TEST(Headers, LetNoValueMakeASecondField) {
    Headers headers;
    headers.add("location", std::string_view{"/a\r\nset-cookie: x=1\0y", 21});

    EXPECT_EQ(headers.size(), 1U);
    EXPECT_EQ(headers.lines(), "location: /a  set-cookie: x=1 y\r\n");
}

TEST(Headers, SetReplacesAllOfThatName) {
    Headers headers;
    headers.add("a", "1");
    headers.add("b", "2");
    headers.add("A", "3");

    headers.set("a", "4");
    headers.set("c", "5");

    EXPECT_EQ(headers.lines(), "b: 2\r\na: 4\r\nc: 5\r\n");
}

TEST(Headers, SetToAValueOfTheirOwn) {
    Headers headers;
    headers.add("a", "first");
    headers.add("b", "second");

    headers.set("a", *headers.find("b"));
    headers.set("b", *headers.find("b"));

    EXPECT_EQ(headers.lines(), "a: second\r\nb: second\r\n");
}

TEST(Headers, RemoveWhatIsNotThereChangesNothing) {
    Headers headers;
    headers.add("a", "1");
    headers.remove("b");
    EXPECT_EQ(headers.lines(), "a: 1\r\n");
    headers.remove("A");
    EXPECT_EQ(headers.lines(), "");
    EXPECT_EQ(headers.size(), 0U);
}

TEST(Headers, AppendOthersAndEvenThemselves) {
    Headers first;
    first.add("a", "1");
    Headers second;
    second.add("b", "2");

    first.append(second);
    first.append(first);

    EXPECT_EQ(first.lines(), "a: 1\r\nb: 2\r\na: 1\r\nb: 2\r\n");
    EXPECT_EQ(first.at(3).name, "b");
    EXPECT_EQ(first.at(3).value, "2");
}

TEST(Headers, JoinTheValuesOfOneName) {
    Headers headers;
    headers.add("accept", "text/html");
    headers.add("x", "y");
    headers.add("Accept", "image/png, */*");

    EXPECT_EQ(headers.joined("accept"), "text/html, image/png, */*");
    EXPECT_EQ(headers.joined("none"), "");
}

TEST(Headers, FindTokensInLists) {
    Headers headers;
    headers.add("connection", "Keep-Alive ,\tUpgrade,,");
    headers.add("connection", "close");

    EXPECT_TRUE(headers.has_token("connection", "keep-alive"));
    EXPECT_TRUE(headers.has_token("Connection", "upgrade"));
    EXPECT_TRUE(headers.has_token("connection", "CLOSE"));
    EXPECT_FALSE(headers.has_token("connection", "keep"));
    EXPECT_FALSE(headers.has_token("upgrade", "close"));
}

TEST(Headers, AreEmptyAgainAfterClear) {
    Headers headers;
    headers.add("a", "1");
    headers.clear();
    headers.add("b", "2");
    EXPECT_EQ(headers.lines(), "b: 2\r\n");
    EXPECT_FALSE(headers.has("a"));
}

}  // namespace
}  // namespace rhumb::http
