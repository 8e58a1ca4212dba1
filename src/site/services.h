#pragma once
/// GIS services in the configuration: found, published, started, stopped, removed. For the command
/// line and the administration API.

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/document.h"
#include "gis/catalogue.h"
#include "site/home.h"

namespace rhumb::site {

/// Without regard to case; null when there is none.
config::GisService* find_service(config::Document& document, std::string_view name);

struct Published {
    storage::Id revision = 0;
    gis::Inspection inspection{};
};

/// Makes a service out of a file with geographic data, which is looked into first. `invalid`: a bad
/// name, or no such data; `conflict`: there is one of that name, and `replaces` is false.
Result<Published> publish(Home& home, const config::GisService& service, bool replaces,
                          const Change& change);

/// Changes one that is there. `not_found`.
Result<storage::Id> change_service(Home& home, std::string_view name,
                                   const std::function<void(config::GisService&)>& edit,
                                   const Change& change);

/// Its data stays where it is. `not_found`.
Result<storage::Id> remove_service(Home& home, std::string_view name, const Change& change);

}  // namespace rhumb::site
