/// What a picture costs in processor time: reading, drawing, encoding, each alone and all together.
///
///   map_bench [FILE [xmin,ymin,xmax,ymax]] [options of Google Benchmark]
///
/// FILE is one that Rhumb serves, its first layer is drawn; the sample countries and a window of 25
/// degrees in Europe when none is named. bench/map/run compares with MapServer.

#include <cstdio>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "gis/feature/ogr_source.h"
#include "gis/map/encode.h"
#include "gis/map/renderer.h"
#include "gis/map/spatial_reference.h"

namespace {

using namespace rhumb::gis;

struct Subject {
    std::shared_ptr<const FeatureSource> source;
    map::View view;
    std::vector<map::DrawnLayer> layers;
};

rhumb::Result<Subject> open_subject(const std::string& file, const std::string& window) {
    TRY(const auto opened, open_file(file));
    TRY(const auto box, map::parse_box(window, "window"));
    Subject subject;
    subject.source = opened.layers.front();
    const auto& schema = subject.source->schema();
    subject.view = map::View::fit(box.box, schema.crs, 512, 512);
    subject.layers.push_back({.source = subject.source.get(),
                              .style = map::default_style(schema.geometry_type, schema.name)});
    return subject;
}

map::Image draw(const Subject& subject) {
    auto image = map::render(subject.view, subject.layers, map::Color::white());
    if (!image) throw std::runtime_error{image.error().message};
    return *std::move(image);
}

void read_only(benchmark::State& state, const Subject& subject) {
    Query query;
    query.spatial = SpatialFilter::box(subject.view.extent);
    std::size_t vertices = 0;
    for (auto _ : state) {
        vertices = 0;
        const auto read = subject.source->read(query, [&](const Feature& feature) {
            vertices += feature.geometry.vertex_count();
            return true;
        });
        if (!read) state.SkipWithError(read.error().message.c_str());
    }
    state.counters["vertices"] = static_cast<double>(vertices);
}

void read_and_draw(benchmark::State& state, const Subject& subject) {
    for (auto _ : state) benchmark::DoNotOptimize(draw(subject));
}

void encode_only(benchmark::State& state, const Subject& subject, map::ImageFormat format) {
    const map::Image image = draw(subject);
    std::size_t size = 0;
    for (auto _ : state) size = map::encode(image, format)->size();
    state.counters["bytes"] = static_cast<double>(size);
}

void whole_picture(benchmark::State& state, const Subject& subject) {
    for (auto _ : state)
        benchmark::DoNotOptimize(map::encode(draw(subject), map::ImageFormat::png24));
}

bool is_option(const char* argument) { return argument[0] == '-' && argument[1] == '-'; }

}  // namespace

int main(int argc, char** argv) {
    const std::string file =
        argc > 1 && !is_option(argv[1]) ? argv[1] : RHUMB_SAMPLE_DATA "/countries.gpkg";
    const std::string window =
        argc > 2 && !is_option(argv[1]) && !is_option(argv[2]) ? argv[2] : "10,40,35,65";
    const auto subject = open_subject(file, window);
    if (!subject) {
        std::fprintf(stderr, "map_bench: %s\n", subject.error().message.c_str());
        return 1;
    }
    const auto add = [](const char* name, auto function) {
        benchmark::RegisterBenchmark(name, function)->Unit(benchmark::kMillisecond);
    };
    add("read", [&](benchmark::State& state) { read_only(state, *subject); });
    add("read+draw", [&](benchmark::State& state) { read_and_draw(state, *subject); });
    for (const auto& [name, format] : {std::pair{"encode/png8", map::ImageFormat::png8},
                                       {"encode/png24", map::ImageFormat::png24},
                                       {"encode/png32", map::ImageFormat::png32},
                                       {"encode/jpg", map::ImageFormat::jpg}}) {
        add(name, [&subject, format = format](benchmark::State& state) {
            encode_only(state, *subject, format);
        });
    }
    add("picture/png24", [&](benchmark::State& state) { whole_picture(state, *subject); });
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
