#include "gis/map/png.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include <libdeflate.h>

#include "base/handle.h"

namespace rhumb::gis::map {
namespace {

using Compressor = Handle<libdeflate_compressor, libdeflate_free_compressor>;

// Level 1 of libdeflate: on maps higher levels save a tenth of the bytes for several times the
// work.
constexpr int level = 1;

enum class ColorType : std::uint8_t { rgb = 2, indexed = 3, rgba = 6 };
// No filter: they are for photographs. On maps, rows as they are deflate to three quarters of what
// "up" or "sub" leave.
constexpr std::uint8_t filter_none = 0;

void add_number(std::string& bytes, std::size_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>((number >> shift) & 0xffU));
}

void add_chunk(std::string& file, std::string_view type, std::string_view content) {
    add_number(file, content.size());
    const std::size_t from = file.size();
    file += type;
    file += content;
    add_number(file, libdeflate_crc32(0, file.data() + from, file.size() - from));
}

std::string header(int width, int height, int bits, ColorType type) {
    std::string file{"\x89PNG\r\n\x1a\n"};
    std::string content;
    add_number(content, static_cast<std::size_t>(width));
    add_number(content, static_cast<std::size_t>(height));
    content.push_back(static_cast<char>(bits));
    content.push_back(static_cast<char>(type));
    content.append(3, '\0');  // deflate, adaptive filtering, not interlaced
    add_chunk(file, "IHDR", content);
    return file;
}

/// Adds IDAT and IEND; `rows` begin with their filter's number each. The chunk is deflated into
/// place.
Result<std::string> finish(std::string file, const std::vector<std::uint8_t>& rows) {
    const Compressor compressor{libdeflate_alloc_compressor(level)};
    if (!compressor) return fail(ErrorKind::unavailable, "encoding a PNG: out of memory");
    const std::size_t bound = libdeflate_zlib_compress_bound(compressor.get(), rows.size());
    const std::size_t length_at = file.size();
    const std::size_t content_at = length_at + 8;
    file.resize(content_at + bound);
    const std::size_t size = libdeflate_zlib_compress(compressor.get(), rows.data(), rows.size(),
                                                      file.data() + content_at, bound);
    if (size == 0)
        return fail(ErrorKind::internal, "encoding a PNG: the deflated picture exceeds its bound");
    file.resize(content_at + size);

    std::string prefix;
    add_number(prefix, size);
    prefix += "IDAT";
    std::copy(prefix.begin(), prefix.end(), file.begin() + static_cast<std::ptrdiff_t>(length_at));
    add_number(file, libdeflate_crc32(0, file.data() + length_at + 4, size + 4));
    add_chunk(file, "IEND", {});
    return file;
}

/// How many bits an index takes for `colors` colours.
int bits_for(std::size_t colors) {
    if (colors <= 2) return 1;
    if (colors <= 4) return 2;
    return colors <= 16 ? 4 : 8;
}

std::vector<std::uint8_t> pack_indices(const IndexedImage& image, int bits) {
    const auto width = static_cast<std::size_t>(image.width);
    const auto per_byte = static_cast<std::size_t>(8 / bits);
    const std::size_t stride = 1 + (width + per_byte - 1) / per_byte;
    std::vector<std::uint8_t> rows(stride * static_cast<std::size_t>(image.height));
    for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y) {
        const std::uint8_t* source = image.indices.data() + y * width;
        std::uint8_t* target = rows.data() + y * stride;
        *target++ = filter_none;
        if (bits == 8) {
            std::memcpy(target, source, width);
            continue;
        }
        for (std::size_t x = 0; x < width; ++x) {
            const auto shift = static_cast<unsigned>(8 - bits) -
                               static_cast<unsigned>(x % per_byte) * static_cast<unsigned>(bits);
            target[x / per_byte] =
                static_cast<std::uint8_t>(target[x / per_byte] | (source[x] << shift));
        }
    }
    return rows;
}

/// Rows of true colour, `channels` bytes a pixel.
template <std::size_t channels>
std::vector<std::uint8_t> pack_rows(const Image& image) {
    const auto width = static_cast<std::size_t>(image.width);
    const std::size_t stride = 1 + width * channels;
    std::vector<std::uint8_t> rows(stride * static_cast<std::size_t>(image.height));
    for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y) {
        const std::uint8_t* source = image.rgba.data() + y * image.stride();
        std::uint8_t* target = rows.data() + y * stride;
        *target++ = filter_none;
        if constexpr (channels == 4) {
            std::memcpy(target, source, image.stride());
        } else {
            for (std::size_t x = 0; x < width; ++x)
                std::memcpy(target + x * channels, source + x * 4, channels);
        }
    }
    return rows;
}

}  // namespace

Result<std::string> encode_png_indexed(const IndexedImage& image) {
    const int bits = bits_for(image.palette.size());
    std::string file = header(image.width, image.height, bits, ColorType::indexed);
    std::string colors;
    std::string alphas;
    for (const Color& color : image.palette) {
        colors.push_back(static_cast<char>(color.red));
        colors.push_back(static_cast<char>(color.green));
        colors.push_back(static_cast<char>(color.blue));
        alphas.push_back(static_cast<char>(color.alpha));
    }
    add_chunk(file, "PLTE", colors);
    alphas.resize(alphas.find_last_not_of('\xff') + 1);  // what is not said is opaque
    if (!alphas.empty()) add_chunk(file, "tRNS", alphas);
    return finish(std::move(file), pack_indices(image, bits));
}

Result<std::string> encode_png_rgb(const Image& image) {
    return finish(header(image.width, image.height, 8, ColorType::rgb), pack_rows<3>(image));
}

Result<std::string> encode_png_rgba(const Image& image) {
    return finish(header(image.width, image.height, 8, ColorType::rgba), pack_rows<4>(image));
}

}  // namespace rhumb::gis::map
