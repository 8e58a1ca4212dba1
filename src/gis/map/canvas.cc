#include "gis/map/canvas.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <agg_conv_stroke.h>
#include <agg_pixfmt_rgba.h>
#include <agg_rasterizer_outline_aa.h>
#include <agg_rasterizer_scanline_aa.h>
#include <agg_renderer_base.h>
#include <agg_renderer_outline_aa.h>
#include <agg_renderer_scanline.h>
#include <agg_rendering_buffer.h>
#include <agg_scanline_u.h>

#include "gis/feature/geometry.h"
#include "gis/map/stamp.h"

namespace rhumb::gis::map {
namespace {

using PixelFormat = agg::pixfmt_rgba32_pre;
using Base = agg::renderer_base<PixelFormat>;
// Clips in floating point: a vertex may lie millions of pixels away.
using Rasterizer = agg::rasterizer_scanline_aa<agg::rasterizer_sl_clip_dbl>;

using OutlineRenderer = agg::renderer_outline_aa<Base>;

constexpr double thin_line = 2;  // pixels
constexpr int margin = 4;        // how far outside the canvas thin lines are still followed

agg::rgba8 premultiplied(Color color) {
    return agg::rgba8(color.red, color.green, color.blue, color.alpha).premultiply();
}

/// One part of a Path, in the shape that AGG reads its vertices from.
class PartSource {
public:
    PartSource(std::span<const double> xy, bool closed) : xy_{xy}, closed_{closed} {}

    void rewind(unsigned) { next_ = 0; }

    unsigned vertex(double* x, double* y) {
        if (next_ < xy_.size()) {
            *x = xy_[next_];
            *y = xy_[next_ + 1];
            next_ += 2;
            return next_ == 2 ? agg::path_cmd_move_to : agg::path_cmd_line_to;
        }
        if (!closed_ || next_ != xy_.size()) return agg::path_cmd_stop;
        next_ += 2;
        return unsigned{agg::path_cmd_end_poly} | unsigned{agg::path_flags_close};
    }

private:
    std::span<const double> xy_;
    bool closed_;
    std::size_t next_ = 0;
};

/// True where AGG's line drawer does as well as the outline of the line, filled: in a third of the
/// time. It counts in 32-bit integers, so not far away; and it leaves out vertices nearer than 1.5
/// pixels, so not what is hardly larger.
bool suits_quick_line(std::span<const double> part) {
    Envelope box;
    for (std::size_t i = 0; i + 1 < part.size(); i += 2) box.expand(part[i], part[i + 1]);
    constexpr double far_away = 20'000;
    constexpr double small = 4;
    return Envelope{-far_away, -far_away, far_away, far_away}.contains(box) &&
           (box.width() > small || box.height() > small);
}

void add_stroke(Rasterizer& rasterizer, std::span<const double> part, double width, bool closed) {
    PartSource source{part, closed};
    agg::conv_stroke<PartSource> stroke{source};
    // In a thin line the shape of a corner cannot be seen: the cheapest joins will do.
    const bool is_thin = width <= thin_line;
    stroke.width(width);
    stroke.line_join(is_thin ? agg::bevel_join : agg::round_join);
    stroke.inner_join(is_thin ? agg::inner_bevel : agg::inner_miter);
    stroke.line_cap(is_thin ? agg::butt_cap : agg::round_cap);
    rasterizer.add_path(stroke);
}

/// Source over destination, both premultiplied.
void blend(const std::uint8_t* source, std::uint8_t* target) {
    const unsigned alpha = source[3];
    if (alpha == 0) return;
    if (alpha == 255) {
        std::copy_n(source, 4, target);
        return;
    }
    for (int i = 0; i < 4; ++i) {
        const unsigned kept = target[i] * (255 - alpha) + 128;
        target[i] = static_cast<std::uint8_t>(source[i] + ((kept + (kept >> 8U)) >> 8U));
    }
}

void demultiply(std::vector<std::uint8_t>& rgba) {
    for (std::size_t i = 0; i + 3 < rgba.size(); i += 4) {
        const unsigned alpha = rgba[i + 3];
        if (alpha == 255 || alpha == 0) continue;
        for (std::size_t j = i; j < i + 3; ++j) {
            rgba[j] =
                static_cast<std::uint8_t>(std::min(255U, (rgba[j] * 255U + alpha / 2) / alpha));
        }
    }
}

}  // namespace

struct Canvas::Engine {
    int width;
    int height;
    std::vector<std::uint8_t> pixels;  // premultiplied
    agg::rendering_buffer buffer;
    PixelFormat format{buffer};
    Base base;
    Rasterizer rasterizer;
    agg::scanline_u8 scanline;

    Engine(int width_, int height_, Color background)
        : width{width_},
          height{height_},
          pixels(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * 4),
          buffer{pixels.data(), static_cast<unsigned>(width_), static_cast<unsigned>(height_),
                 width_ * 4},
          base{format} {
        if (background.is_visible()) base.clear(premultiplied(background));
        rasterizer.clip_box(0, 0, width, height);
    }
    // AGG's objects point at each other.
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine() = default;

    void paint(Color color) {
        agg::render_scanlines_aa_solid(rasterizer, scanline, base, premultiplied(color));
    }
};

Canvas::Canvas(int width, int height, Color background)
    : engine_{std::make_unique<Engine>(width, height, background)} {}
Canvas::Canvas(Canvas&&) noexcept = default;
Canvas& Canvas::operator=(Canvas&&) noexcept = default;
Canvas::~Canvas() = default;

int Canvas::width() const { return engine_->width; }
int Canvas::height() const { return engine_->height; }

void Canvas::fill(const Path& path, Color color) {
    if (!color.is_visible() || path.is_empty()) return;
    auto& rasterizer = engine_->rasterizer;
    rasterizer.reset();
    rasterizer.filling_rule(agg::fill_even_odd);
    for (std::size_t i = 0; i < path.parts.size(); ++i) {
        const auto ring = path.part(i);
        if (ring.size() < 6) continue;
        rasterizer.move_to_d(ring[0], ring[1]);
        for (std::size_t j = 2; j + 1 < ring.size(); j += 2)
            rasterizer.line_to_d(ring[j], ring[j + 1]);
        rasterizer.close_polygon();
    }
    engine_->paint(color);
}

void Canvas::stroke(const Path& path, Color color, double width, bool closed) {
    if (!color.is_visible() || !(width > 0) || path.is_empty()) return;
    const bool is_thin = width <= thin_line;
    // What is drawn segment by segment would double where it meets itself, were it translucent.
    const bool may_be_quick = is_thin && color.alpha == 255;
    agg::line_profile_aa profile;
    profile.width(width);
    OutlineRenderer outline_renderer{engine_->base, profile};
    outline_renderer.color(premultiplied(color));
    outline_renderer.clip_box(-margin, -margin, engine_->width + margin, engine_->height + margin);
    agg::rasterizer_outline_aa<OutlineRenderer> outline{outline_renderer};
    outline.line_join(agg::outline_miter_accurate_join);

    auto& rasterizer = engine_->rasterizer;
    rasterizer.reset();
    rasterizer.filling_rule(agg::fill_non_zero);
    for (std::size_t i = 0; i < path.parts.size(); ++i) {
        const auto part = path.part(i);
        if (part.size() < 4) continue;
        if (may_be_quick && suits_quick_line(part)) {
            outline.move_to_d(part[0], part[1]);
            for (std::size_t j = 2; j + 1 < part.size(); j += 2)
                outline.line_to_d(part[j], part[j + 1]);
            outline.render(closed);
        } else {
            add_stroke(rasterizer, part, width, closed);
        }
    }
    engine_->paint(color);
}

void Canvas::print(const Stamp& stamp, double x, double y) {
    const double reach = stamp.side_;
    const double right = engine_->width;
    const double bottom = engine_->height;
    // Also refuses what is not a number.
    if (!(x > -reach && y > -reach && x < right + reach && y < bottom + reach)) return;
    const int phases = Stamp::phases;
    const int fine_x = static_cast<int>(std::floor(x * phases));
    const int fine_y = static_cast<int>(std::floor(y * phases));
    const int column = static_cast<int>(std::floor(x));
    const int row = static_cast<int>(std::floor(y));
    const int phase = (fine_y - row * phases) * phases + (fine_x - column * phases);
    const auto& pixels = stamp.pixels_[static_cast<std::size_t>(phase)];

    const int left = column - stamp.middle_;
    const int top = row - stamp.middle_;
    const int from = std::max(0, -left);
    const int to = std::min(stamp.side_, engine_->width - left);
    for (int j = std::max(0, -top); j < std::min(stamp.side_, engine_->height - top); ++j) {
        const std::uint8_t* source =
            pixels.data() + static_cast<std::ptrdiff_t>(j) * stamp.side_ * 4;
        std::uint8_t* target = engine_->pixels.data() +
                               (static_cast<std::ptrdiff_t>(top + j) * engine_->width + left) * 4;
        for (std::ptrdiff_t i = from; i < to; ++i) blend(source + i * 4, target + i * 4);
    }
}

Image Canvas::take() && {
    demultiply(engine_->pixels);
    return {engine_->width, engine_->height, std::move(engine_->pixels)};
}

Stamp::Stamp(double radius, const std::function<void(Canvas&, double, double)>& paint)
    : radius_{radius} {
    middle_ = static_cast<int>(std::ceil(radius)) + 1;
    side_ = 2 * middle_ + 1;
    std::size_t phase = 0;
    for (int j = 0; j < phases; ++j) {
        for (int i = 0; i < phases; ++i) {
            Canvas canvas{side_, side_, Color::none()};
            paint(canvas, middle_ + (i + 0.5) / phases, middle_ + (j + 0.5) / phases);
            pixels_[phase++] = std::move(canvas.engine_->pixels);
        }
    }
}

}  // namespace rhumb::gis::map
