#pragma once
/// Where somebody goes on after signing in: a path of this very site, and nothing else.

#include <string>
#include <string_view>

namespace rhumb::access {

/// `wanted`, fit for a Location field, when it is a path here ("/arcgis/rest/services?f=html");
/// else
/// "". No other host ("//evil.example", "/\evil.example", any scheme), no control characters, none
/// of the pages for signing in themselves, at most 2048 bytes. What is not ASCII is escaped.
std::string to_return_address(std::string_view wanted);

}  // namespace rhumb::access
