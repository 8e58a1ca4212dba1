#include "gis/map/encode.h"

#include <array>
#include <limits>
#include <utility>

#include <turbojpeg.h>

#include "base/handle.h"
#include "base/text.h"
#include "gis/map/palette.h"
#include "gis/map/png.h"

namespace rhumb::gis::map {
namespace {

constexpr int jpeg_quality = 85;

using Compressor = Handle<void, tjDestroy>;
using JpegBytes = Handle<unsigned char, tjFree>;

/// The picture over white, three bytes a pixel.
std::vector<std::uint8_t> over_white(const Image& image) {
    std::vector<std::uint8_t> rgb;
    rgb.reserve(image.rgba.size() / 4 * 3);
    for (std::size_t i = 0; i + 3 < image.rgba.size(); i += 4) {
        const unsigned alpha = image.rgba[i + 3];
        for (std::size_t j = i; j < i + 3; ++j) {
            rgb.push_back(static_cast<std::uint8_t>(
                (image.rgba[j] * alpha + 255 * (255 - alpha) + 127) / 255));
        }
    }
    return rgb;
}

Result<std::string> encode_jpeg(const Image& image) {
    const Compressor compressor{tjInitCompress()};
    if (!compressor)
        return fail(ErrorKind::internal, "encoding a JPEG: {}", tjGetErrorStr2(nullptr));
    const auto rgb = over_white(image);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    const int rc = tjCompress2(compressor.get(), rgb.data(), image.width, 0, image.height, TJPF_RGB,
                               &bytes, &size, TJSAMP_444, jpeg_quality, 0);
    const JpegBytes owner{bytes};
    if (rc != 0)
        return fail(ErrorKind::internal, "encoding a JPEG: {}", tjGetErrorStr2(compressor.get()));
    return std::string{reinterpret_cast<const char*>(bytes), size};
}

bool is_opaque(const Image& image) {
    for (std::size_t i = 3; i < image.rgba.size(); i += 4) {
        if (image.rgba[i] != 255) return false;
    }
    return true;
}

Result<std::string> encode_true_color(const Image& image, bool may_drop_alpha) {
    return may_drop_alpha && is_opaque(image) ? encode_png_rgb(image) : encode_png_rgba(image);
}

}  // namespace

std::optional<ImageFormat> find_image_format(std::string_view name) {
    struct Named {
        std::string_view name;
        ImageFormat format;
    };
    static constexpr std::array formats{
        Named{"png", ImageFormat::png},     Named{"png8", ImageFormat::png8},
        Named{"png24", ImageFormat::png24}, Named{"png32", ImageFormat::png32},
        Named{"jpg", ImageFormat::jpg},     Named{"jpeg", ImageFormat::jpg},
        Named{"jpgpng", ImageFormat::png32}};
    for (const auto& format : formats) {
        if (text::iequals(format.name, name)) return format.format;
    }
    return std::nullopt;
}

std::string_view media_type(ImageFormat format) {
    return format == ImageFormat::jpg ? "image/jpeg" : "image/png";
}
std::string_view file_extension(ImageFormat format) {
    return format == ImageFormat::jpg ? "jpg" : "png";
}

Result<std::string> encode(const Image& image, ImageFormat format) {
    switch (format) {
        case ImageFormat::png:
            if (const auto indexed = find_exact_palette(image)) return encode_png_indexed(*indexed);
            return encode_true_color(image, true);
        case ImageFormat::png8: return encode_png_indexed(reduce_to_palette(image));
        case ImageFormat::png24: return encode_true_color(image, true);
        case ImageFormat::png32: return encode_true_color(image, false);
        case ImageFormat::jpg: return encode_jpeg(image);
    }
    return fail(ErrorKind::internal, "encoding a picture: no such format");
}

}  // namespace rhumb::gis::map
