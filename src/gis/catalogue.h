#pragma once
/// The catalogue: folders and services, as one immutable value. A change of the configuration
/// builds a new one.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gis/feature/source.h"
#include "gis/map/description.h"
#include "observe/log.h"

namespace rhumb::gis {

/// What the configuration says of a service.
struct ServiceDefinition {
    std::string name;              ///< "Name" or "Folder/Name"
    std::filesystem::path source;  ///< absolute, or relative to the program's directory
    std::string title;             ///< for people; the name where it is empty
    std::string description;
    std::string attribution;
    bool is_started = true;
    std::uint32_t records_max = 2000;  ///< features in one answer

    bool operator==(const ServiceDefinition&) const = default;
};

/// The largest `records_max` that is believed: more than this is no answer any more but a download.
constexpr std::uint32_t records_limit = 50'000;

enum class ServiceState : std::uint8_t { started, stopped, broken };

/// A service as operations see it.
struct Service {
    ServiceDefinition definition;
    ServiceState state = ServiceState::broken;
    std::string problem;                ///< broken: why, for the log and the administrator only
    std::vector<std::string> warnings;  ///< what the source's publisher should know
    std::shared_ptr<const map::MapDescription> map;  ///< its layers; null unless started
    Crs crs;                                         ///< of its first layer that has one
    CrsTraits traits;
    Envelope extent;    ///< of all layers, in `crs`
    std::string stamp;  ///< which file this was opened from: path, size, time of change

    const std::string& name() const { return definition.name; }
    std::string_view folder() const;      ///< "" at the root
    std::string_view short_name() const;  ///< without the folder
    std::string_view title() const;
    std::uint32_t records_max() const { return definition.records_max; }
    /// Null when there is no such layer.
    const map::MapLayer* find_layer(std::int64_t id) const;
};

/// The service as if it had no other layers than those that `is_seen`: their extent is its extent.
/// The same service when it has no others.
std::shared_ptr<const Service> with_layers(
    std::shared_ptr<const Service> service,
    const std::function<bool(const map::MapLayer& layer)>& is_seen);

/// Thread-safe by being constant.
class Catalogue {
public:
    /// Opens every started service; blocks. A source that cannot be opened makes its own service
    /// broken, and no other. What `previous` has open from the same unchanged file is taken over.
    static std::shared_ptr<const Catalogue> build(std::span<const ServiceDefinition> definitions,
                                                  const observe::Log& log,
                                                  const Catalogue* previous = nullptr);

    /// By name ("Folder/Name"), without regard to case; null when there is none. Shared, so that an
    /// answer under way outlives a change.
    std::shared_ptr<const Service> find(std::string_view name) const;

    /// Names of folders, in order.
    std::vector<std::string> folders() const;
    /// The folder as it is written in the configuration; nothing when no service is in it.
    std::optional<std::string> find_folder(std::string_view name) const;
    /// The services of a folder ("": the root), in the order of their names.
    std::vector<std::shared_ptr<const Service>> services_in(std::string_view folder) const;
    const std::vector<std::shared_ptr<const Service>>& services() const { return services_; }

private:
    std::vector<std::shared_ptr<const Service>> services_;  // by name
};

/// What a file holds, said before it is published.
struct Inspection {
    struct Layer {
        std::string name;
        GeometryType geometry_type = GeometryType::none;
        Crs crs;
        std::uint64_t feature_count = 0;
        Envelope extent;
        std::vector<std::string> fields;
    };
    std::string format;  ///< "GeoPackage", …
    std::vector<Layer> layers;
    std::vector<std::string> warnings;
};

/// Opens `source` as publishing it would. Errors name the file, the step and the remedy.
Result<Inspection> inspect(const std::filesystem::path& source);

/// "Name" or "Folder/Name": parts of letters, digits, blanks, - . and _ (any script), none empty,
/// not beginning or ending with a blank or dot. `invalid` with what is wrong.
Result<void> check_service_name(std::string_view name);

/// "point", "line", "polygon"; "table" for none.
std::string_view to_word(GeometryType type);

}  // namespace rhumb::gis
