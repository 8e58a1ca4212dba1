#pragma once
/// The layer resource: what clients have to know before they draw or ask.

#include "gis/rest/page.h"

namespace rhumb::gis::rest {

http::Response layer_resource(const Service& service, const map::MapLayer& layer, const Call& call);

/// All layers and tables of a service at once.
http::Response all_layers(const Service& service, const Call& call);

}  // namespace rhumb::gis::rest
