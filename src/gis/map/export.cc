#include "gis/map/export.h"

#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "gis/map/renderer.h"
#include "gis/map/spatial_reference.h"

namespace rhumb::gis::map {
namespace {

enum class Answer : std::uint8_t { html, json, pretty_json, image };

Result<Answer> parse_answer(const std::string& f) {
    const auto trimmed = text::trim(f);
    if (trimmed.empty() || text::iequals(trimmed, "html")) return Answer::html;
    if (text::iequals(trimmed, "json")) return Answer::json;
    if (text::iequals(trimmed, "pjson")) return Answer::pretty_json;
    if (text::iequals(trimmed, "image")) return Answer::image;
    return fail(ErrorKind::invalid, "'f' must be html, json, pjson or image");
}

std::string export_html(const MapDescription& map, const DrawnMap& drawn, const std::string& href) {
    const auto& box = drawn.view.extent;
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Export {0}</title></head>\n"
        "<body><h1>Export {0}</h1>\n"
        "<p><img src=\"{1}\" width=\"{2}\" height=\"{3}\" alt=\"Map of {0}\"></p>\n"
        "<dl><dt>Size</dt><dd>{2} × {3} pixels</dd>\n<dt>Extent</dt><dd>{4}, {5}, {6}, {7}</dd>\n"
        "<dt>Scale</dt><dd>1 : {8:.0f}</dd>\n<dt>Picture</dt><dd><a href=\"{1}\">{1}</a></dd></dl>\n</body></html>\n",
        text::escape_html(map.name), text::escape_html(href), drawn.view.width, drawn.view.height,
        box.xmin, box.ymin, box.xmax, box.ymax, drawn.scale);
}

http::Response picture_response(const DrawnMap& drawn) {
    http::Response response;
    response.headers.add("content-type", media_type(drawn.format));
    response.headers.add("cache-control", "no-cache");
    response.body = drawn.bytes;
    return response;
}

http::Response told_response(Answer answer, const MapDescription& map, const DrawnMap& drawn,
                             const std::string& href) {
    if (answer == Answer::html)
        return http::text_response(200, "text/html; charset=utf-8", export_html(map, drawn, href));
    std::string body = export_json(drawn, href);
    if (answer == Answer::pretty_json) body = nlohmann::ordered_json::parse(body).dump(2);
    return http::text_response(200, "application/json; charset=utf-8", std::move(body));
}

}  // namespace

Result<DrawnMap> draw_export(const MapDescription& map, const ExportRequest& request,
                             std::chrono::steady_clock::time_point deadline) {
    TRY(const auto traits, traits_of(request.view.crs));
    std::vector<DrawnLayer> layers;
    for (const std::size_t index : request.layers) {
        const MapLayer& layer = map.layers[index];
        const auto where = request.where.find(index);
        layers.push_back({layer.source.get(), layer.style,
                          where == request.where.end() ? nullptr : where->second, layer.scale_min,
                          layer.scale_max});
    }
    const bool is_transparent = request.is_transparent && request.format != ImageFormat::jpg;
    TRY(const auto image,
        render(request.view, layers, is_transparent ? Color::none() : Color::white(), deadline));
    TRY(auto bytes, encode(image, request.format));
    return DrawnMap{std::make_shared<const std::string>(std::move(bytes)), request.format,
                    request.view, request.view.scale(traits)};
}

std::string export_json(const DrawnMap& drawn, std::string_view href) {
    return fmt::format(R"({{"href":{},"width":{},"height":{},"extent":{},"scale":{}}})",
                       nlohmann::json(href).dump(), drawn.view.width, drawn.view.height,
                       box_json(drawn.view.extent, drawn.view.crs), drawn.scale);
}

net::Task<http::Response> export_map(std::shared_ptr<const MapDescription> map, FindParameter find,
                                     ExportSurroundings around) {
    CO_TRY(const Answer answer, parse_answer(find("f")));
    const auto deadline = around.now + map->drawing_time_max;
    // Understanding the request belongs into the pool too: PROJ may have to look up a reference
    // system.
    std::function<Result<DrawnMap>()> work = [map, find = std::move(find),
                                              deadline]() -> Result<DrawnMap> {
        TRY(const auto request, parse_export(*map, find));
        return draw_export(*map, request, deadline);
    };
    CO_TRY(const DrawnMap drawn, co_await around.pool.run<DrawnMap>(std::move(work)));
    if (answer == Answer::image) co_return picture_response(drawn);

    StoredPicture picture{drawn.bytes, std::string{media_type(drawn.format)}};
    CO_TRY(const std::string name,
           around.pictures.put(std::move(picture), file_extension(drawn.format), around.now));
    co_return told_response(answer, *map, drawn, around.output_url + "/" + name);
}

Result<http::Response> output_response(PictureStore& pictures, const std::string& name,
                                       std::chrono::steady_clock::time_point now) {
    const auto picture = pictures.find(name, now);
    if (!picture) {
        return fail(ErrorKind::not_found,
                    "there is no picture of this name, or no longer: ask for the map again");
    }
    http::Response response;
    response.headers.add("content-type", picture->media_type);
    response.headers.add("cache-control", "private, max-age=300");
    response.body = picture->bytes;
    return response;
}

}  // namespace rhumb::gis::map
