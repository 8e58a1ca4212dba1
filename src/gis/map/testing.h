#pragma once
/// What the tests of the renderer share: small layers, and a decoder of PNG that is not ours.

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <png.h>

#include "gis/feature/memory_source.h"
#include "gis/map/image.h"
#include "gis/map/path.h"

namespace rhumb::gis::map::testing {

using Xy = std::pair<double, double>;
using Ring = std::vector<Xy>;

inline Path path_of(std::initializer_list<Ring> parts) {
    Path path;
    for (const Ring& part : parts) {
        path.begin_part();
        for (const auto& [x, y] : part) path.add(x, y);
    }
    return path;
}

inline Ring box_ring(double xmin, double ymin, double xmax, double ymax) {
    return {{xmin, ymin}, {xmin, ymax}, {xmax, ymax}, {xmax, ymin}, {xmin, ymin}};
}

/// The first ring is the outer one, the others are holes.
inline Geometry polygon(const std::vector<Ring>& rings) {
    Geometry geometry;
    geometry.type = GeometryType::polygon;
    for (std::size_t i = 0; i < rings.size(); ++i) {
        geometry.begin_part(i > 0);
        for (const auto& [x, y] : rings[i]) geometry.add(x, y);
    }
    return geometry;
}

inline Geometry line(const Ring& vertices) {
    Geometry geometry;
    geometry.type = GeometryType::polyline;
    geometry.begin_part();
    for (const auto& [x, y] : vertices) geometry.add(x, y);
    return geometry;
}

inline Geometry point(double x, double y) {
    Geometry geometry;
    geometry.type = GeometryType::point;
    geometry.add(x, y);
    return geometry;
}

/// A layer whose only field is the object id, numbered from 1.
inline std::shared_ptr<const FeatureSource> layer_of(GeometryType type,
                                                     std::vector<Geometry> geometries,
                                                     int epsg = Crs::web_mercator,
                                                     std::string name = "things") {
    LayerSchema schema;
    schema.name = std::move(name);
    schema.geometry_type = type;
    schema.crs.epsg = epsg;
    schema.fields = {{"OBJECTID", FieldType::oid, "OBJECTID", 0, false}};
    std::vector<Feature> features;
    for (auto& geometry : geometries) {
        const auto id = static_cast<std::int64_t>(features.size() + 1);
        features.push_back({id, {Value{id}}, std::move(geometry)});
    }
    return std::make_shared<MemorySource>(std::move(schema), std::move(features));
}

/// A picture, and the colour type of the file that it came from (PNG_COLOR_TYPE_…).
struct Decoded {
    Image image;
    int color_type = 0;
};

/// By libpng. Throws when it is no PNG.
inline Decoded decode_png(const std::string& bytes) {
    png_image reader{};
    reader.version = PNG_IMAGE_VERSION;
    if (bytes.size() < 26 ||
        png_image_begin_read_from_memory(&reader, bytes.data(), bytes.size()) == 0) {
        throw std::runtime_error{reader.message};
    }
    reader.format = PNG_FORMAT_RGBA;
    Decoded decoded;
    decoded.color_type = static_cast<unsigned char>(bytes[25]);
    decoded.image.width = static_cast<int>(reader.width);
    decoded.image.height = static_cast<int>(reader.height);
    decoded.image.rgba.resize(PNG_IMAGE_SIZE(reader));
    if (png_image_finish_read(&reader, nullptr, decoded.image.rgba.data(), 0, nullptr) == 0) {
        throw std::runtime_error{reader.message};
    }
    return decoded;
}

/// How many pixels are neither transparent nor white.
inline int count_painted(const Image& image) {
    int count = 0;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const Color color = image.at(x, y);
            if (color.is_visible() && color != Color::white()) ++count;
        }
    }
    return count;
}

}  // namespace rhumb::gis::map::testing
