#pragma once
/// Router: which route a method and a path below the API's path mean.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manager/route.h"

namespace rhumb::manager {

struct Match {
    const Route* route = nullptr;  ///< null: no route has that path, or none has that method
    std::map<std::string, std::string, std::less<>> arguments{};
    std::vector<std::string> allowed{};  ///< methods of that path; empty: no such path
};

/// `path` is decoded: "/users/ann". A segment of a template in braces takes any segment but an
/// empty one; words count before braces. HEAD is GET.
Match match(const Table& table, http::Method method, std::string_view path);

/// "GET", "DELETE": as the table needs them.
std::string_view name_of(http::Method method);

}  // namespace rhumb::manager
