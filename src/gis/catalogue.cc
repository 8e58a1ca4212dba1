#include "gis/catalogue.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "base/text.h"
#include "gis/feature/ogr_source.h"

namespace rhumb::gis {

std::string_view Service::folder() const {
    const std::string_view name = definition.name;
    const auto slash = name.find('/');
    return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

std::string_view Service::short_name() const {
    const std::string_view name = definition.name;
    return name.substr(name.find('/') + 1);  // npos + 1 is 0: the whole
}

std::string_view Service::title() const {
    return definition.title.empty() ? short_name() : std::string_view{definition.title};
}

const map::MapLayer* Service::find_layer(std::int64_t id) const {
    if (map == nullptr) return nullptr;
    const auto found = std::ranges::find(map->layers, id, &map::MapLayer::id);
    return found == map->layers.end() ? nullptr : &*found;
}

namespace {

/// Changes when the file does. Empty when there is none.
std::string stamp_of(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return {};
    const auto time = std::filesystem::last_write_time(path, error);
    if (error) return {};
    return fmt::format("{} {} {}", path.string(), size, time.time_since_epoch().count());
}

/// Points over lines over planes, so that a picture of several layers shows all of them.
int drawing_rank(GeometryType type) {
    switch (type) {
        case GeometryType::point:
        case GeometryType::multipoint: return 0;
        case GeometryType::polyline: return 1;
        default: return 2;
    }
}

void measure(Service& service) {
    for (const auto& layer : service.map->layers) {
        const auto& schema = layer.source->schema();
        if (!service.crs.is_known()) service.crs = schema.crs;
    }
    if (const auto traits = traits_of(service.crs)) service.traits = *traits;
    for (const auto& layer : service.map->layers) {
        const auto& schema = layer.source->schema();
        if (schema.crs == service.crs) {
            service.extent.expand(schema.extent);
        } else if (const auto transform = Transform::between(schema.crs, service.crs)) {
            service.extent.expand(transform->apply(schema.extent));
        }
    }
}

}  // namespace

std::shared_ptr<const Service> with_layers(
    std::shared_ptr<const Service> service,
    const std::function<bool(const map::MapLayer& layer)>& is_seen) {
    if (service->map == nullptr || std::ranges::all_of(service->map->layers, is_seen))
        return service;
    auto map = std::make_shared<map::MapDescription>(*service->map);
    std::erase_if(map->layers, [&](const map::MapLayer& layer) { return !is_seen(layer); });
    auto part = std::make_shared<Service>(*service);
    part->map = std::move(map);
    part->extent = {};
    measure(*part);
    return part;
}

namespace {

Result<void> open(Service& service) {
    TRY_DONE(check_service_name(service.name()));
    TRY(auto file, open_file(service.definition.source));
    auto map = std::make_shared<map::MapDescription>();
    map->name = service.name();
    std::stable_sort(file.layers.begin(), file.layers.end(), [](const auto& a, const auto& b) {
        return drawing_rank(a->schema().geometry_type) < drawing_rank(b->schema().geometry_type);
    });
    for (auto& source : file.layers) {
        map::MapLayer layer;
        layer.id = static_cast<int>(map->layers.size());
        layer.style = map::default_style(source->schema().geometry_type, source->schema().name);
        layer.source = std::move(source);
        map->layers.push_back(std::move(layer));
    }
    service.map = map;
    service.warnings = std::move(file.warnings);
    measure(service);
    map->crs = service.crs;
    return {};
}

std::shared_ptr<const Service> make(const ServiceDefinition& definition, const observe::Log& log,
                                    const Catalogue* previous) {
    auto service = std::make_shared<Service>();
    service->definition = definition;
    service->definition.records_max =
        std::clamp<std::uint32_t>(definition.records_max, 1, records_limit);
    if (!definition.is_started) {
        service->state = ServiceState::stopped;
        return service;
    }
    service->stamp = stamp_of(definition.source);
    const auto before = previous != nullptr ? previous->find(definition.name) : nullptr;
    if (before != nullptr && before->state == ServiceState::started &&
        before->name() == definition.name && !service->stamp.empty() &&
        before->stamp == service->stamp) {
        service->state = before->state;
        service->warnings = before->warnings;
        service->map = before->map;
        service->crs = before->crs;
        service->traits = before->traits;
        service->extent = before->extent;
        return service;
    }
    if (const auto opened = open(*service); !opened) {
        service->map = nullptr;
        service->problem = opened.error().message;
        log.error("gis", "service {} is unavailable: {}", service->name(), service->problem);
        return service;
    }
    service->state = ServiceState::started;
    for (const auto& warning : service->warnings)
        log.warning("gis", "service {}: {}", service->name(), warning);
    log.info("gis", "service {}: {} layers from {}", service->name(), service->map->layers.size(),
             definition.source.string());
    return service;
}

/// Order and equality of names: without regard to case.
struct NameLess {
    bool operator()(std::string_view a, std::string_view b) const {
        return text::to_lower(a) < text::to_lower(b);
    }
};

}  // namespace

std::shared_ptr<const Catalogue> Catalogue::build(std::span<const ServiceDefinition> definitions,
                                                  const observe::Log& log,
                                                  const Catalogue* previous) {
    auto catalogue = std::make_shared<Catalogue>();
    for (const auto& definition : definitions) {
        if (catalogue->find(definition.name) != nullptr) {
            log.error("gis", "service {} is defined twice; only the first is served",
                      definition.name);
            continue;
        }
        catalogue->services_.push_back(make(definition, log, previous));
    }
    std::sort(catalogue->services_.begin(), catalogue->services_.end(),
              [](const auto& a, const auto& b) { return NameLess{}(a->name(), b->name()); });
    return catalogue;
}

std::shared_ptr<const Service> Catalogue::find(std::string_view name) const {
    for (const auto& service : services_) {
        if (text::iequals(service->name(), name)) return service;
    }
    return nullptr;
}

std::vector<std::string> Catalogue::folders() const {
    std::set<std::string, NameLess> names;
    for (const auto& service : services_) {
        if (!service->folder().empty()) names.emplace(service->folder());
    }
    return {names.begin(), names.end()};
}

std::optional<std::string> Catalogue::find_folder(std::string_view name) const {
    for (const auto& folder : folders()) {
        if (text::iequals(folder, name)) return folder;
    }
    return std::nullopt;
}

std::vector<std::shared_ptr<const Service>> Catalogue::services_in(std::string_view folder) const {
    std::vector<std::shared_ptr<const Service>> found;
    for (const auto& service : services_) {
        if (text::iequals(service->folder(), folder)) found.push_back(service);
    }
    return found;
}

Result<Inspection> inspect(const std::filesystem::path& source) {
    TRY(const auto file, open_file(source));
    Inspection inspection{file.format, {}, file.warnings};
    for (const auto& layer : file.layers) {
        const auto& schema = layer->schema();
        Inspection::Layer seen{schema.name,          schema.geometry_type, schema.crs,
                               schema.feature_count, schema.extent,        {}};
        for (const auto& field : schema.fields) seen.fields.push_back(field.name);
        inspection.layers.push_back(std::move(seen));
    }
    return inspection;
}

namespace {

bool has_place_in_name(char c) {
    const char small = text::to_lower(c);
    return (c >= '0' && c <= '9') || (small >= 'a' && small <= 'z') ||
           std::string_view{" -._"}.find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// What is wrong with one part of a service's name; empty when nothing is.
std::string_view fault_of(std::string_view part) {
    constexpr std::string_view no_edges = " .";
    if (part.empty()) return "a part of it is empty";
    if (part.size() > 120) return "a part of it is longer than 120 bytes";
    if (no_edges.find(part.front()) != std::string_view::npos ||
        no_edges.find(part.back()) != std::string_view::npos) {
        return "a part of it begins or ends with a blank or a dot";
    }
    if (text::iequals(part, "MapServer") || text::iequals(part, "FeatureServer"))
        return "MapServer and FeatureServer are kinds of service, not names";
    if (!std::all_of(part.begin(), part.end(), has_place_in_name))
        return "it holds a character that has no place in a URL's name";
    return {};
}

}  // namespace

Result<void> check_service_name(std::string_view name) {
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorKind::invalid,
                    "service name «{}»: {}; names look like Rivers or Hydrography/Rivers", name,
                    why);
    };
    const auto parts = text::split(name, '/');
    if (parts.size() > 2) return refuse("only one folder can stand before the name");
    if (!text::is_utf8(name)) return refuse("not UTF-8");
    for (const auto part : parts) {
        if (const auto fault = fault_of(part); !fault.empty()) return refuse(fault);
    }
    return {};
}

std::string_view to_word(GeometryType type) {
    switch (type) {
        case GeometryType::point: return "point";
        case GeometryType::multipoint: return "multipoint";
        case GeometryType::polyline: return "line";
        case GeometryType::polygon: return "polygon";
        case GeometryType::none: break;
    }
    return "table";
}

}  // namespace rhumb::gis
