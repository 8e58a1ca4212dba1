#pragma once
/// Which documents of map services are worth asking for, by what was seen of the server. No
/// guessing: only what the given URL is, or what a page of the server leads to.

#include <string>
#include <vector>

#include "doctor/http_seen.h"

namespace rhumb::doctor {

/// A question about a map service.
struct GisQuestion {
    fetch::Url url{};
    bool wants_json = false;  ///< Accept: application/json

    bool operator==(const GisQuestion&) const = default;
};

/// No more than this many questions about map services.
inline constexpr std::size_t gis_questions_max = 6;

/// In the order in which they are worth asking; those of the same host and port alone. Pure.
std::vector<GisQuestion> gis_questions(const Web& web);

/// Where the ArcGIS server of these documents takes passwords: the path of its tokens. "" when none
/// was seen.
std::string tokens_path(const std::vector<GisDocument>& documents);

}  // namespace rhumb::doctor
