#pragma once
/// Which setting of which map server says how clients reach it.

#include <string>
#include <string_view>

#include "doctor/gis_document.h"

namespace rhumb::doctor {

/// "GeoServer", "MapServer", "ArcGIS Server", …, by what the document says and where it was found;
/// "" when neither says.
std::string product_of(const GisDocument& document);

/// What to do about wrong addresses in the documents of `product`, a sentence.
std::string setting_of(std::string_view product);

}  // namespace rhumb::doctor
