#pragma once
/// Canvas: pixels to paint on, antialiased. The only class that knows the rendering library (AGG;
/// docs/decisions/0005-rendering-library.md). One thread at a time; any number of canvases at once.

#include <memory>

#include "gis/map/color.h"
#include "gis/map/image.h"
#include "gis/map/path.h"

namespace rhumb::gis::map {

class Stamp;

class Canvas {
public:
    /// Sizes are at least 1; the caller bounds them (a pixel costs four bytes).
    Canvas(int width, int height, Color background);
    Canvas(Canvas&&) noexcept;
    Canvas& operator=(Canvas&&) noexcept;
    ~Canvas();

    int width() const;
    int height() const;

    /// Paints what the parts enclose: every part is a ring (closed by itself), and a point is
    /// inside when an odd number of rings surround it, so holes stay empty whatever their
    /// direction.
    void fill(const Path& path, Color color);

    /// Draws the parts as lines of `width` pixels; `closed` joins the end of each part to its
    /// start. All parts are painted as one: where lines lie upon each other a translucent colour
    /// does not double.
    void stroke(const Path& path, Color color, double width, bool closed);

    /// Prints the stamp with its middle at (x, y).
    void print(const Stamp& stamp, double x, double y);

    /// What was painted; the canvas must not be used afterwards.
    Image take() &&;

private:
    friend class Stamp;
    struct Engine;
    std::unique_ptr<Engine> engine_;  // never null but after a move
};

}  // namespace rhumb::gis::map
