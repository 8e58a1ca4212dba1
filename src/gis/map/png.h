#pragma once
/// A writer of PNG (ISO/IEC 15948) that is quick for maps: large plain areas, few colours. Deflate
/// by libdeflate.

#include <string>

#include "base/result.h"
#include "gis/map/image.h"
#include "gis/map/palette.h"

namespace rhumb::gis::map {

/// Colour type 3: a palette, with tRNS where a colour is not opaque; 1, 2, 4 or 8 bits a pixel as
/// its size needs.
Result<std::string> encode_png_indexed(const IndexedImage& image);
/// Colour type 2; alpha is left out.
Result<std::string> encode_png_rgb(const Image& image);
/// Colour type 6.
Result<std::string> encode_png_rgba(const Image& image);

}  // namespace rhumb::gis::map
