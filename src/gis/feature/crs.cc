#include "gis/feature/crs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "gis/feature/gdal.h"

namespace rhumb::gis {

namespace {

constexpr double earth_radius = 6378137.0;
constexpr double degree = std::numbers::pi / 180;
// Where Web Mercator's square ends; beyond it a pole would be infinitely far.
constexpr double latitude_max = 85.051128779806604;
constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

void to_mercator(double& x, double& y) {
    x *= earth_radius * degree;
    const double latitude = std::clamp(y, -latitude_max, latitude_max);
    y = earth_radius * std::asinh(std::tan(latitude * degree));
}

void from_mercator(double& x, double& y) {
    x /= earth_radius * degree;
    y = std::atan(std::sinh(y / earth_radius)) / degree;
}

}  // namespace

Crs Crs::from_wkid(int wkid) {
    switch (wkid) {
        case 102100:
        case 102113:
        case 900913:
        case 3785: return {web_mercator, {}};
        default: return {wkid, {}};
    }
}

Result<CrsTraits> traits_of(const Crs& crs) {
    constexpr double metres_per_degree = earth_radius * degree;
    if (crs.epsg == Crs::wgs84) return CrsTraits{true, metres_per_degree};
    if (crs.epsg == Crs::web_mercator) return CrsTraits{};
    TRY(const auto reference, gdal::reference(crs));
    if (reference->IsGeographic() != 0) return CrsTraits{true, metres_per_degree};
    return CrsTraits{false, reference->GetLinearUnits()};
}

struct Transform::Way {
    enum class Kind { identity, to_mercator, from_mercator, proj };
    Kind kind = Kind::identity;
    std::unique_ptr<OGRCoordinateTransformation> proj;
    bool target_is_mercator = false;
    // PROJ wants x and y apart; kept so that a layer of features allocates once.
    std::vector<double> xs;
    std::vector<double> ys;
    std::vector<int> reached;
};

Transform::Transform(std::unique_ptr<Way> way) : way_{std::move(way)} {}
Transform::Transform(Transform&&) noexcept = default;
Transform& Transform::operator=(Transform&&) noexcept = default;
Transform::~Transform() = default;

Result<Transform> Transform::between(const Crs& from, const Crs& to) {
    auto way = std::make_unique<Way>();
    if (!from.is_known() || !to.is_known()) {
        return fail(
            ErrorKind::invalid,
            "transforming coordinates: the data's spatial reference is unknown; give it one, for example with "
            "ogr2ogr -a_srs EPSG:4326");
    }
    if (from == to) return Transform{std::move(way)};
    if (from.epsg == Crs::wgs84 && to.epsg == Crs::web_mercator) {
        way->kind = Way::Kind::to_mercator;
        return Transform{std::move(way)};
    }
    if (from.epsg == Crs::web_mercator && to.epsg == Crs::wgs84) {
        way->kind = Way::Kind::from_mercator;
        return Transform{std::move(way)};
    }
    TRY(const auto source, gdal::reference(from));
    TRY(const auto target, gdal::reference(to));
    const gdal::Complaints complaints;
    way->kind = Way::Kind::proj;
    way->proj.reset(OGRCreateCoordinateTransformation(source.get(), target.get()));
    way->target_is_mercator = to.epsg == Crs::web_mercator;
    if (way->proj == nullptr) {
        return fail(ErrorKind::invalid, "transforming coordinates from {} to {}: {}", from.epsg,
                    to.epsg, complaints.text("PROJ knows no way between them"));
    }
    return Transform{std::move(way)};
}

bool Transform::is_identity() const { return way_->kind == Way::Kind::identity; }

void Transform::apply(std::span<double> xy) const {
    const std::size_t count = xy.size() / 2;
    switch (way_->kind) {
        case Way::Kind::identity: return;
        case Way::Kind::to_mercator:
            for (std::size_t i = 0; i < count; ++i) to_mercator(xy[2 * i], xy[2 * i + 1]);
            return;
        case Way::Kind::from_mercator:
            for (std::size_t i = 0; i < count; ++i) from_mercator(xy[2 * i], xy[2 * i + 1]);
            return;
        case Way::Kind::proj: break;
    }
    const gdal::Complaints complaints;
    Way& way = *way_;
    way.xs.resize(count);
    way.ys.resize(count);
    way.reached.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        way.xs[i] = xy[2 * i];
        way.ys[i] = xy[2 * i + 1];
    }
    way.proj->Transform(static_cast<int>(count), way.xs.data(), way.ys.data(), nullptr,
                        way.reached.data());
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_there =
            way.reached[i] != 0 && std::isfinite(way.xs[i]) && std::isfinite(way.ys[i]);
        xy[2 * i] = is_there ? way.xs[i] : nowhere;
        xy[2 * i + 1] = is_there ? way.ys[i] : nowhere;
        if (is_there && way.target_is_mercator) {
            constexpr double edge = earth_radius * std::numbers::pi;
            xy[2 * i + 1] = std::clamp(xy[2 * i + 1], -edge, edge);
        }
    }
}

namespace {

/// Adds the vertices that have a place.
void add_finite(std::span<const double> vertices, Geometry& to) {
    for (std::size_t i = 0; i + 1 < vertices.size(); i += 2) {
        if (std::isfinite(vertices[i]) && std::isfinite(vertices[i + 1]))
            to.add(vertices[i], vertices[i + 1]);
    }
}

/// Closes the ring that begins at number `first` again, where its first vertex was lost.
void close_ring(Geometry& geometry, std::size_t first) {
    if (geometry.xy.size() <= first) return;
    const double x = geometry.xy[first];
    const double y = geometry.xy[first + 1];
    if (geometry.xy[geometry.xy.size() - 2] != x || geometry.xy.back() != y) geometry.add(x, y);
}

/// What is left without the vertices that have no place: parts that become too short go, and a
/// ring's holes go with it.
Geometry without_lost(const Geometry& geometry) {
    Geometry whole;
    whole.type = geometry.type;
    if (geometry.parts.empty()) add_finite(geometry.xy, whole);
    const bool is_polygon = geometry.type == GeometryType::polygon;
    bool drops_holes = false;
    for (std::size_t i = 0; i < geometry.parts.size(); ++i) {
        const bool is_hole = geometry.parts[i].is_hole;
        if (is_hole && drops_holes) continue;
        const std::size_t first = whole.xy.size();
        whole.begin_part(is_hole);
        add_finite(geometry.part(i), whole);
        if (is_polygon) close_ring(whole, first);
        const bool is_lost = whole.xy.size() - first < (is_polygon ? 8U : 4U);
        if (is_lost) {
            whole.xy.resize(first);
            whole.parts.pop_back();
        }
        if (!is_hole) drops_holes = is_lost;
    }
    return whole;
}

}  // namespace

void Transform::apply(Geometry& geometry) const {
    if (is_identity()) return;
    apply(std::span<double>{geometry.xy});
    const bool is_whole = std::all_of(geometry.xy.begin(), geometry.xy.end(),
                                      [](double v) { return std::isfinite(v); });
    if (!is_whole) geometry = without_lost(geometry);
}

Envelope Transform::apply(const Envelope& box) const {
    if (box.is_empty() || is_identity()) return box;
    constexpr int steps = 32;
    std::vector<double> border;
    border.reserve(std::size_t{steps + 1} * 8);
    for (int i = 0; i <= steps; ++i) {
        const double x = box.xmin + (box.xmax - box.xmin) * i / steps;
        const double y = box.ymin + (box.ymax - box.ymin) * i / steps;
        for (const double value : {x, box.ymin, x, box.ymax, box.xmin, y, box.xmax, y})
            border.push_back(value);
    }
    apply(std::span<double>{border});
    Envelope image;
    for (std::size_t i = 0; i < border.size(); i += 2) image.expand(border[i], border[i + 1]);
    return image;
}

}  // namespace rhumb::gis
