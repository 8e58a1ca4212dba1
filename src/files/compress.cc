#include "files/compress.h"

#define ZLIB_CONST  // zlib reads its input only; so it says when asked
#include <limits>

#include <zlib.h>
#include <zstd.h>

#include <brotli/encode.h>

namespace rhumb::files {

namespace {

constexpr int brotli_quality = 4;
constexpr int zstd_level = 6;
constexpr int gzip_level = 6;

std::string no_room() { return "compressing: out of memory"; }

Result<std::string> to_brotli(std::string_view content) {
    std::string out(BrotliEncoderMaxCompressedSize(content.size()), '\0');
    std::size_t size = out.size();
    const auto* const input = reinterpret_cast<const std::uint8_t*>(content.data());
    if (BrotliEncoderCompress(brotli_quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT,
                              content.size(), input, &size,
                              reinterpret_cast<std::uint8_t*>(out.data())) != BROTLI_TRUE)
        return fail(ErrorKind::internal, "{} (brotli)", no_room());
    out.resize(size);
    return out;
}

Result<std::string> to_zstd(std::string_view content) {
    std::string out(ZSTD_compressBound(content.size()), '\0');
    const auto size =
        ZSTD_compress(out.data(), out.size(), content.data(), content.size(), zstd_level);
    if (ZSTD_isError(size) != 0)
        return fail(ErrorKind::internal, "{} (zstd: {})", no_room(), ZSTD_getErrorName(size));
    out.resize(size);
    return out;
}

Result<std::string> to_gzip(std::string_view content) {
    constexpr int gzip_window = 15 + 16;  // 16: with gzip's head and tail
    if (content.size() > std::numeric_limits<uInt>::max())
        return fail(ErrorKind::too_large, "compressing: more than 4 GiB at once");
    z_stream stream{};
    if (deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return fail(ErrorKind::internal, "{} (gzip)", no_room());
    std::string out(deflateBound(&stream, content.size()), '\0');
    stream.next_in = reinterpret_cast<const Bytef*>(content.data());
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (ended != Z_STREAM_END) return fail(ErrorKind::internal, "{} (gzip)", no_room());
    return out;
}

}  // namespace

Result<std::string> compress(http::Coding coding, std::string_view content) {
    switch (coding) {
        case http::Coding::brotli: return to_brotli(content);
        case http::Coding::zstd: return to_zstd(content);
        case http::Coding::gzip: return to_gzip(content);
        case http::Coding::identity: break;
    }
    return fail(ErrorKind::invalid, "identity is no compression");
}

}  // namespace rhumb::files
