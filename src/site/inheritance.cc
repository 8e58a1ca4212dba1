#include "site/inheritance.h"

#include <algorithm>
#include <string_view>
#include <system_error>

#include "policy/rules.h"

namespace rhumb::site {
namespace {

/// The nearest location of files above `path`, whose settings it inherits.
const config::Location* above(const config::Site& site, std::string_view path) {
    const config::Location* nearest = nullptr;
    for (const auto& location : site.locations)
        if (location.path != path && location.handler == config::HandlerKind::files &&
            policy::covers(location.path, path, false) &&
            (nearest == nullptr || location.path.size() > nearest->path.size()))
            nearest = &location;
    return nearest;
}

std::filesystem::path absolute(const std::filesystem::path& path,
                               const std::filesystem::path& directory) {
    return path.is_absolute() ? path : directory / path;
}

}  // namespace

std::filesystem::path root_of(const config::Site& site, const config::Location& location,
                              const std::filesystem::path& directory) {
    if (location.root) return absolute(*location.root, directory);
    const auto* const parent = above(site, location.path);
    const auto parent_path = parent == nullptr ? std::string{} : parent->path;
    const auto parent_root =
        parent == nullptr ? absolute(site.root, directory) : root_of(site, *parent, directory);
    return parent_root / std::string_view{location.path}.substr(
                             std::min(parent_path.size() + 1, location.path.size()));
}

std::vector<std::string> index_of(const config::Site& site, const config::Location& location) {
    if (location.index) return *location.index;
    const auto* const parent = above(site, location.path);
    return parent == nullptr ? site.index : index_of(site, *parent);
}

bool listing_of(const config::Site& site, const config::Location& location) {
    if (location.listing) return *location.listing;
    const auto* const parent = above(site, location.path);
    return parent == nullptr ? site.listing : listing_of(site, *parent);
}

bool is_single_file(const config::Site& site, const config::Location& location,
                    const std::filesystem::path& directory) {
    std::error_code failed;
    return location.handler == config::HandlerKind::files &&
           std::filesystem::is_regular_file(root_of(site, location, directory), failed);
}

std::vector<std::string> index_names(const config::Site& site) {
    auto names = site.index;
    for (const auto& location : site.locations)
        if (location.index)
            names.insert(names.end(), location.index->begin(), location.index->end());
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

}  // namespace rhumb::site
