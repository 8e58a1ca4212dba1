#pragma once
/// The root resources of a service: MapServer and FeatureServer.

#include "gis/rest/page.h"

namespace rhumb::gis::rest {

http::Response map_service(const Service& service, const Call& call);
http::Response feature_service(const Service& service, const Call& call);

}  // namespace rhumb::gis::rest
