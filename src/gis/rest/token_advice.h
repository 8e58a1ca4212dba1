#pragma once
/// What clients are told of tokens at …/rest/info: where they get one. Who makes tokens is not
/// this module's business.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "http/message.h"

namespace rhumb::gis::rest {

struct TokenAdvice {
    std::string url;  ///< absolute, https, as this client can use it: "https://h/arcgis/tokens/"
    std::chrono::minutes lifetime{};  ///< of a token when the client asks for no time of its own
};

/// For the client of a request; nothing: no tokens are to be had here. Called on every loop.
using TokenAdviser = std::function<std::optional<TokenAdvice>(const http::Request&)>;

}  // namespace rhumb::gis::rest
