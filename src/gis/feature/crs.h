#pragma once
/// Coordinate reference systems, and the way from one to another. Axis order is always x,y: easting
/// or longitude first, whatever the authority's definition says.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gis/feature/geometry.h"

namespace rhumb::gis {

/// A reference system by its number, or by its text where it has none. Both empty: unknown.
struct Crs {
    int epsg = 0;  ///< EPSG's number; 3857 for all of Esri's and Google's numbers of Web Mercator
    std::string wkt;  ///< only where there is no number

    static constexpr int web_mercator = 3857;
    static constexpr int wgs84 = 4326;

    /// From the number that a client sent: 102100, 102113, 900913 and 3785 all mean 3857.
    static Crs from_wkid(int wkid);

    bool is_known() const { return epsg != 0 || !wkt.empty(); }
    /// Esri's number: 102100 for Web Mercator, else EPSG's.
    int wkid() const { return epsg == web_mercator ? 102100 : epsg; }
    int latest_wkid() const { return epsg; }

    bool operator==(const Crs&) const = default;
};

/// What a client needs to know of a reference system; looked up once per layer.
struct CrsTraits {
    bool is_geographic = false;
    double metres_per_unit = 1;  ///< a degree counts as 111,319.49 m
};
/// `invalid` when the system is not known to PROJ.
Result<CrsTraits> traits_of(const Crs& crs);

/// Takes coordinates from one system to another. Not for two threads at once: make one where it is
/// used. Between 4326 and 3857 it is a formula; for all others PROJ is asked.
class Transform {
public:
    /// `invalid` when one of the two is unknown, or when there is no way between them.
    static Result<Transform> between(const Crs& from, const Crs& to);

    Transform(Transform&&) noexcept;
    Transform& operator=(Transform&&) noexcept;
    ~Transform();

    bool is_identity() const;

    /// Transforms x,y pairs in place. A point that has no image becomes NaN, NaN (a pole in Web
    /// Mercator becomes the farthest finite latitude instead, so that polygons which touch it stay
    /// whole).
    void apply(std::span<double> xy) const;

    /// The geometry in the other system; vertices without an image are left out.
    void apply(Geometry& geometry) const;

    /// A box that holds the image of `box`: its border is followed in steps. Empty when nothing of
    /// it has one.
    Envelope apply(const Envelope& box) const;

private:
    struct Way;
    explicit Transform(std::unique_ptr<Way> way);
    std::unique_ptr<Way> way_;  // never null but after a move
};

}  // namespace rhumb::gis
