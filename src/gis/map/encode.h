#pragma once
/// Pictures as files: PNG in its colour types, and JPEG.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gis/map/image.h"

namespace rhumb::gis::map {

enum class ImageFormat : std::uint8_t {
    png,    ///< a palette where 256 colours are enough without loss, else as png32 (png24 when
            ///< opaque)
    png8,   ///< always a palette of at most 256 colours
    png24,  ///< true colour; with an alpha channel only where the picture is not opaque
    png32,  ///< true colour with an alpha channel
    jpg,    ///< over white: JPEG knows no transparency
};

/// GeoServices' name of a format, in any case: "png32", "jpg", "jpgpng" (which is png32 here).
/// Nothing for others.
std::optional<ImageFormat> find_image_format(std::string_view name);

/// "image/png".
std::string_view media_type(ImageFormat format);
/// "png", without a dot.
std::string_view file_extension(ImageFormat format);

/// The bytes of the file.
Result<std::string> encode(const Image& image, ImageFormat format);

}  // namespace rhumb::gis::map
