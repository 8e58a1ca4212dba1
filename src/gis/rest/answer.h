#pragma once
/// Answers of GeoServices: JSON, indented JSON, JSON in a function call, HTML; and errors in each
/// of these.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gis/rest/target.h"
#include "http/message.h"
#include "http/parameters.h"

namespace rhumb::gis::rest {

using http::Parameters;

enum class Format : std::uint8_t { html, json, pjson, geojson, image, other };

/// One request, as every operation gets it.
struct Call {
    Target target;
    Parameters parameters;
    Format format = Format::html;
    std::string callback;       ///< a function's name that is safe to write; empty: none
    std::string rest_url;       ///< absolute: "https://h/arcgis/rest"
    std::string services_path;  ///< "/arcgis/rest/services", as rules have it
    std::shared_ptr<const http::Sight> sight{};  ///< null: everything is seen

    /// True when the caller may see what is at `path` below the services: "Folder/Name".
    bool sees(std::string_view path) const;
};

/// From `f`; html when it is not given. `other` for what no operation here writes.
Format parse_format(std::string_view f);

/// Only names that cannot be anything but a name: letters, digits, _ . $ [ ]. `invalid` for others.
Result<std::string> parse_callback(std::string_view callback);

/// An error as clients are told of it.
struct Refusal {
    int code = 500;
    std::string message;
    std::vector<std::string> details;
};
Refusal to_refusal(const Error& error);

/// `json` as the call wants it: indented for pjson, as a call for a callback.
http::Response json_response(const Call& call, std::string json);
http::Response html_response(std::string html, int status = 200);
/// JSON with status 200 and the code inside, as clients of GeoServices expect; a page or a
/// picture's error with the real status.
http::Response error_response(const Call& call, const Refusal& refusal);

/// {"error":{"code":…,"message":…,"details":[…]}}
std::string error_json(const Refusal& refusal);

}  // namespace rhumb::gis::rest
