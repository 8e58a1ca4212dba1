#pragma once
/// JSON of others, read strictly and within bounds. Inside this module only.

#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace rhumb::openid {

/// How deep what providers say may be nested: keys, metadata and claims need three levels.
inline constexpr int nesting_max = 12;

/// One JSON object, all of `text`. `invalid`: no JSON (RFC 8259), no object, nested too deep, or a
/// name twice in one object (each reader would choose another). `what`: "the metadata".
Result<nlohmann::json> parse_object(std::string_view text, std::string_view what);

/// The text at `name`; "" where there is none, or something else.
std::string text_at(const nlohmann::json& object, const char* name);

}  // namespace rhumb::openid
