#pragma once
/// The OpenAPI 3.1 document of the API, made from its table.

#include <string_view>

#include "manager/route.h"

namespace rhumb::manager {

/// `server`: the path of the API: "/api/v1".
Json to_openapi(const Table& table, std::string_view server, std::string_view version);

}  // namespace rhumb::manager
