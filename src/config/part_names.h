#pragma once
/// What parts of the configuration that have rules are called when somebody is told about them:
/// "location /private of site «Maps»".

#include <string>
#include <vector>

#include "config/document.h"

namespace rhumb::config {

std::string name_of(const Site& site);
std::string name_of(const Site& site, const Location& location);
std::string name_of(const GisFolder& folder);
std::string name_of(const GisService& service);
std::string name_of(const GisService& service, const GisLayer& layer);

/// A part that says who is allowed.
struct NamedList {
    std::string part;
    const AllowList* list;  ///< in the document
};

/// All of a document, in its order.
std::vector<NamedList> lists_of(const Document& document);

}  // namespace rhumb::config
