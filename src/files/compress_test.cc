#include "files/compress.h"

#include <zlib.h>
#include <zstd.h>

#include <brotli/decode.h>

#include "files/test_tree.h"

namespace rhumb::files {
namespace {

constexpr std::size_t room = 8U << 20U;

std::string expand(http::Coding coding, const std::string& bytes) {
    std::string out(room, '\0');
    std::size_t size = 0;
    if (coding == http::Coding::brotli) {
        size = out.size();
        EXPECT_EQ(BrotliDecoderDecompress(bytes.size(),
                                          reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                          &size, reinterpret_cast<std::uint8_t*>(out.data())),
                  BROTLI_DECODER_RESULT_SUCCESS);
    } else if (coding == http::Coding::zstd) {
        size = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
        EXPECT_EQ(ZSTD_isError(size), 0U);
    } else {
        z_stream stream{};
        EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
        std::string input = bytes;
        stream.next_in = reinterpret_cast<Bytef*>(input.data());
        stream.avail_in = static_cast<uInt>(input.size());
        stream.next_out = reinterpret_cast<Bytef*>(out.data());
        stream.avail_out = static_cast<uInt>(out.size());
        EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
        size = stream.total_out;
        inflateEnd(&stream);
    }
    out.resize(size);
    return out;
}

/// Text that compresses, `size` bytes of it.
std::string prose(std::size_t size) {
    std::string text;
    for (int i = 0; text.size() < size; ++i)
        text += "Set the course once, and hold it for " + std::to_string(i) + " miles.\n";
    text.resize(size);
    return text;
}

/// Bytes that do not.
std::string noise(std::size_t size) {
    std::string bytes;
    std::uint64_t state = 1;
    while (bytes.size() < size) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        bytes += static_cast<char>(state >> 56U);
    }
    return bytes;
}

TEST(Compress, CanBeUndone) {
    for (const auto coding : {http::Coding::brotli, http::Coding::zstd, http::Coding::gzip}) {
        for (const auto& content :
             {std::string{}, std::string{"a"}, prose(100'000), noise(100'000)}) {
            const auto compressed = compress(coding, content);
            ASSERT_TRUE(compressed);
            EXPECT_EQ(expand(coding, *compressed), content);
        }
    }
    EXPECT_FALSE(compress(http::Coding::identity, "a"));
}

TEST_F(FilesTest, CompressesOnTheFlyAsTheClientLikes) {
    const auto content = prose(20'000);
    tree.write("a.html", content);
    serve();
    struct Case {
        const char* accept;
        http::Coding coding;
    };
    for (int round = 0; round < 2; ++round) {
        for (const auto& c :
             {Case{"gzip, deflate, br, zstd", http::Coding::brotli},
              Case{"gzip, zstd", http::Coding::zstd}, Case{"gzip", http::Coding::gzip},
              Case{"br;q=0.1, gzip", http::Coding::gzip}}) {
            SCOPED_TRACE(c.accept);
            const auto answer = get("/a.html", {{"accept-encoding", c.accept}});
            EXPECT_EQ(answer.header("content-encoding"), http::to_string(c.coding));
            EXPECT_EQ(answer.header("vary"), "accept-encoding");
            EXPECT_LT(answer.body.size(), content.size() / 4);
            EXPECT_EQ(expand(c.coding, answer.body), content);
            EXPECT_FALSE(answer.headers.has("accept-ranges"));
            const auto etag = answer.header("etag");
            EXPECT_TRUE(etag.ends_with("-" + std::string{http::to_string(c.coding)} + "\""))
                << etag;
            EXPECT_EQ(
                get("/a.html", {{"accept-encoding", c.accept}, {"if-none-match", etag}}).status,
                304);
        }
    }
    const auto plain = get("/a.html");
    EXPECT_EQ(plain.body, content);
    EXPECT_FALSE(plain.headers.has("content-encoding"));
    EXPECT_EQ(plain.header("vary"), "accept-encoding");
}

TEST_F(FilesTest, CompressesNeitherSmallNorPackedNorStubbornFilesNorRanges) {
    tree.write("small.html", prose(500));
    tree.write("packed.png", prose(20'000));
    tree.write("stubborn.txt", noise(20'000));
    tree.write("large.txt", prose(200'000));
    tree.write("a.txt", prose(20'000));
    serve();
    for (int round = 0; round < 2; ++round) {
        for (const auto* name : {"/small.html", "/packed.png", "/stubborn.txt", "/large.txt"}) {
            SCOPED_TRACE(name);
            const auto answer = get(name, {{"accept-encoding", "gzip"}});
            EXPECT_EQ(answer.status, 200);
            EXPECT_FALSE(answer.headers.has("content-encoding"));
        }
    }
    const auto part = get("/a.txt", {{"accept-encoding", "gzip"}, {"range", "bytes=0-2"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "Set");
    EXPECT_FALSE(part.headers.has("content-encoding"));
}

TEST_F(FilesTest, CompressesLargeFilesInThePool) {
    net::Pool pool{1, 10};
    options.pool = &pool;
    const auto content = prose(2'000'000);
    tree.write("a.geojson", content);
    tree.write("too-large.geojson", prose(5'000'000));
    serve();
    for (int round = 0; round < 2; ++round) {
        const auto answer = get("/a.geojson", {{"accept-encoding", "gzip"}});
        EXPECT_EQ(answer.header("content-encoding"), "gzip");
        EXPECT_EQ(expand(http::Coding::gzip, answer.body), content);
    }
    EXPECT_FALSE(
        get("/too-large.geojson", {{"accept-encoding", "gzip"}}).headers.has("content-encoding"));
}

TEST_F(FilesTest, SendsAFileAsItIsWhenThePoolIsFull) {
    net::Pool pool{1, 0};
    options.pool = &pool;
    const auto content = prose(100'000);
    tree.write("a.txt", content);
    serve();
    EXPECT_EQ(get("/a.txt", {{"accept-encoding", "gzip"}}).body, content);
}

TEST_F(FilesTest, CanBeToldNotToCompress) {
    options.compress = false;
    tree.write("a.txt", prose(20'000));
    tree.write("b.txt", "plain");
    tree.write("b.txt.gz", "coded");
    serve();
    EXPECT_FALSE(get("/a.txt", {{"accept-encoding", "gzip"}}).headers.has("content-encoding"));
    EXPECT_FALSE(get("/a.txt").headers.has("vary"));
    EXPECT_EQ(get("/b.txt", {{"accept-encoding", "gzip"}}).body, "coded");
}

TEST_F(FilesTest, PrefersWhatLiesBesideAFile) {
    tree.write("a.js", prose(20'000));
    tree.write("a.js.gz", "gz", 1'000'000'000);
    tree.write("a.js.zst", "zst", 1'000'000'001);
    tree.write("a.js.br", "br", 999'999'999);  // older: made of what the file was before
    serve();
    const auto answer = get("/a.js", {{"accept-encoding", "gzip, br, zstd"}});
    EXPECT_EQ(answer.body, "zst");
    EXPECT_EQ(answer.header("content-encoding"), "zstd");
    EXPECT_EQ(answer.header("content-type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(answer.header("last-modified"), "Sun, 09 Sep 2001 01:46:40 GMT") << "the file's own";
    EXPECT_EQ(answer.header("vary"), "accept-encoding");
    EXPECT_EQ(get("/a.js", {{"accept-encoding", "gzip"}}).body, "gz");
    EXPECT_EQ(get("/a.js", {{"accept-encoding", "br"}}).header("content-encoding"), "br")
        << "made on the fly";
    EXPECT_EQ(get("/a.js", {{"accept-encoding", "gzip;q=0"}}).body.size(), 20'000U);
    EXPECT_EQ(get("/a.js.gz").header("content-type"), "application/gzip");
}

TEST_F(FilesTest, FindsCodedIndexes) {
    tree.write("index.html", "plain");
    tree.write("index.html.br", "coded");
    serve();
    EXPECT_EQ(get("/", {{"accept-encoding", "br"}}).body, "coded");
    EXPECT_EQ(get("/", {{"accept-encoding", "br"}, {"range", "bytes=0-1"}}).body, "pl");
}

}  // namespace
}  // namespace rhumb::files
