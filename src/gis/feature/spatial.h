#pragma once
/// Whether a geometry lies to another as a query wants it.

#include <memory>

#include "gis/feature/source.h"

namespace rhumb::gis {

/// The judge of one query. Not for two threads at once.
class SpatialTest {
public:
    explicit SpatialTest(const SpatialFilter& filter);
    SpatialTest(SpatialTest&&) noexcept;
    ~SpatialTest();

    /// An empty geometry never matches. Rectangles are compared by arithmetic, all else by GEOS.
    bool matches(const Geometry& geometry) const;

    /// What does not touch this box cannot match.
    const Envelope& box() const;

private:
    struct Prepared;
    std::unique_ptr<Prepared> prepared_;  // never null but after a move
};

/// True when `geometry` and the box have a point in common, the inside of polygons included.
bool touches_box(const Geometry& geometry, const Envelope& box);

}  // namespace rhumb::gis
