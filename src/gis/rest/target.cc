#include "gis/rest/target.h"

#include "base/text.h"

namespace rhumb::gis::rest {

std::string_view to_text(ServiceType type) {
    return type == ServiceType::map ? "MapServer" : "FeatureServer";
}

namespace {

/// How many directories deep the page stands, taken back.
std::string way_up(std::size_t segments, bool has_slash) {
    if (segments == 0) return has_slash ? "./" : "rest/";
    std::string up;
    for (std::size_t i = has_slash ? 0 : 1; i < segments; ++i) up += "../";
    return up.empty() ? "./" : up;
}

}  // namespace

namespace {

std::optional<ServiceType> type_of(std::string_view segment) {
    if (text::iequals(segment, "MapServer")) return ServiceType::map;
    if (text::iequals(segment, "FeatureServer")) return ServiceType::feature;
    return std::nullopt;
}

/// What stands behind /services.
void parse_services(const std::vector<std::string>& segments, Target& target) {
    if (segments.size() <= 1) {
        target.place = Place::directory;
        if (!segments.empty()) target.folder = segments[0];
        return;
    }
    for (std::size_t i = 1; i <= 2 && i < segments.size(); ++i) {
        const auto type = type_of(segments[i]);
        if (!type) continue;
        target.place = Place::service;
        target.type = *type;
        target.service = segments[i - 1];
        if (i == 2) target.folder = segments[0];
        target.below.assign(segments.begin() + static_cast<std::ptrdiff_t>(i) + 1, segments.end());
        return;
    }
}

}  // namespace

Target parse_target(std::string_view path, std::string_view instance) {
    std::vector<std::string> segments;
    for (const auto segment : text::split(path, '/')) {
        if (!segment.empty()) segments.emplace_back(segment);
    }
    Target target;
    if (segments.size() < 2 || !text::iequals(segments[0], instance) ||
        !text::iequals(segments[1], "rest"))
        return target;
    target.place = Place::nothing;
    segments.erase(segments.begin(), segments.begin() + 2);
    target.up = way_up(segments.size(), path.ends_with('/'));
    if (segments.empty()) {
        target.place = Place::home;
        return target;
    }
    const auto is = [&](std::size_t at, std::string_view word) {
        return at < segments.size() && text::iequals(segments[at], word);
    };
    if (is(0, "info") && segments.size() == 1) {
        target.place = Place::info;
    } else if (is(0, "directory.css") && segments.size() == 1) {
        target.place = Place::style_sheet;
    } else if (is(0, "directories") && is(1, "arcgisoutput") && segments.size() == 3) {
        target.place = Place::output;
        target.below = {segments[2]};
    } else if (is(0, "services")) {
        segments.erase(segments.begin());
        parse_services(segments, target);
    }
    return target;
}

}  // namespace rhumb::gis::rest
