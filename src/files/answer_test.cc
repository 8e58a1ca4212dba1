#include "files/answer.h"

#include "files/test_tree.h"

namespace rhumb::files {
namespace {

constexpr std::string_view modified = "Sun, 09 Sep 2001 01:46:40 GMT";
constexpr std::string_view earlier = "Sun, 09 Sep 2001 01:46:39 GMT";
constexpr std::string_view digits = "0123456789";

/// The same for a small file out of memory and a large one from disk.
class AnswerTest : public FilesTest, public testing::WithParamInterface<const char*> {
protected:
    std::string content;
    std::string etag;
    void SetUp() override {
        const std::string name = GetParam();
        for (std::size_t i = 0, count = name == "/large" ? 10'000 : 1; i < count; ++i)
            content += digits;
        tree.write(name.substr(1), content);
        serve();
        etag = get(name).header("etag");
    }
    Answer get_it(Fields fields) const { return get(GetParam(), fields); }
    std::string size() const { return std::to_string(content.size()); }
};
INSTANTIATE_TEST_SUITE_P(MemoryAndDisk, AnswerTest, testing::Values("/small", "/large"));

TEST_P(AnswerTest, WeighsConditions) {
    EXPECT_EQ(get_it({{"if-none-match", etag}}).status, 304);
    EXPECT_EQ(get_it({{"if-none-match", "\"other\""}}).status, 200);
    EXPECT_EQ(get_it({{"if-modified-since", modified}}).status, 304);
    EXPECT_EQ(get_it({{"if-modified-since", earlier}}).status, 200);
    EXPECT_EQ(get_it({{"if-match", "\"other\""}}).status, 412);
    EXPECT_EQ(get_it({{"if-match", etag}}).status, 200);
    EXPECT_EQ(get_it({{"if-unmodified-since", earlier}}).status, 412);
    EXPECT_EQ(get_it({{"if-unmodified-since", modified}, {"if-none-match", etag}}).status, 304);
}

TEST_P(AnswerTest, SaysNotModifiedWithoutABody) {
    const auto answer = get_it({{"if-none-match", etag}});
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.header("etag"), etag);
    EXPECT_EQ(answer.header("last-modified"), modified);
    EXPECT_FALSE(answer.headers.has("content-type"));
}

TEST_P(AnswerTest, SendsOneRange) {
    struct Case {
        const char* range;
        std::size_t offset;
        std::size_t length;
    };
    for (const auto& c :
         {Case{"bytes=0-0", 0, 1}, Case{"bytes=2-5", 2, 4}, Case{"bytes=7-", 7, content.size() - 7},
          Case{"bytes=-3", content.size() - 3, 3}, Case{"bytes=0-", 0, content.size()}}) {
        SCOPED_TRACE(c.range);
        const auto answer = get_it({{"range", c.range}});
        EXPECT_EQ(answer.status, 206);
        EXPECT_EQ(answer.body, content.substr(c.offset, c.length));
        EXPECT_EQ(answer.header("content-range"), "bytes " + std::to_string(c.offset) + "-" +
                                                      std::to_string(c.offset + c.length - 1) +
                                                      "/" + size());
        EXPECT_EQ(answer.header("etag"), etag);
    }
}

TEST_P(AnswerTest, SendsSeveralRangesInParts) {
    const auto answer = get_it({{"range", "bytes=0-1,5-6,-1"}});

    EXPECT_EQ(answer.status, 206);
    const auto type = answer.header("content-type");
    ASSERT_TRUE(type.starts_with("multipart/byteranges; boundary=")) << type;
    const auto boundary = type.substr(type.find('=') + 1);
    std::string expected;
    const auto add = [&](const std::string& range, std::string_view bytes) {
        expected += "\r\n--" + boundary +
                    "\r\ncontent-type: application/octet-stream\r\ncontent-range: bytes " + range +
                    "/" + size() + "\r\n\r\n" + std::string{bytes};
    };
    add("0-1", "01");
    add("5-6", "56");
    add(std::to_string(content.size() - 1) + "-" + std::to_string(content.size() - 1), "9");
    EXPECT_EQ(answer.body, expected + "\r\n--" + boundary + "--\r\n");
    EXPECT_FALSE(answer.headers.has("content-range"));
    EXPECT_EQ(answer.headers.count("content-type"), 1U);
}

TEST_P(AnswerTest, RefusesRangesBeyondTheEnd) {
    const auto answer = get_it({{"range", "bytes=9999999-"}});
    EXPECT_EQ(answer.status, 416);
    EXPECT_EQ(answer.header("content-range"), "bytes */" + size());
}

TEST_P(AnswerTest, SendsTheWholeForWhatIsNoGoodRange) {
    std::string many = "bytes=0-0";
    for (int i = 0; i < 100; ++i) many += ",0-0";
    for (const std::string& range :
         {std::string{"lines=1-2"}, std::string{"bytes=x"}, std::string{"bytes=0-,0-,0-"}, many}) {
        SCOPED_TRACE(range);
        const auto answer = get_it({{"range", range}});
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, content);
    }
}

TEST_P(AnswerTest, SendsTheWholeWhenIfRangeNamesAnotherState) {
    EXPECT_EQ(get_it({{"range", "bytes=0-0"}, {"if-range", etag}}).status, 206);
    EXPECT_EQ(get_it({{"range", "bytes=0-0"}, {"if-range", modified}}).status, 206);
    EXPECT_EQ(get_it({{"range", "bytes=0-0"}, {"if-range", "\"other\""}}).status, 200);
    EXPECT_EQ(get_it({{"range", "bytes=0-0"}, {"if-range", "W/" + etag}}).status, 200);
    EXPECT_EQ(get_it({{"range", "bytes=0-0"}, {"if-range", earlier}}).status, 200);
}

TEST_P(AnswerTest, WeighsConditionsBeforeRanges) {
    EXPECT_EQ(get_it({{"range", "bytes=0-0"}, {"if-none-match", etag}}).status, 304);
    EXPECT_EQ(get_it({{"range", "bytes=9999999-"}, {"if-match", "\"other\""}}).status, 412);
}

TEST_P(AnswerTest, KnowsRangesForGetOnly) {
    EXPECT_EQ(ask(*files, GetParam(), {{"range", "bytes=0-0"}}, http::Method::head).status, 200);
}

}  // namespace
}  // namespace rhumb::files
