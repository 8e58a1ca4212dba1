/// Any bytes as path, query and body of a call: refused or taken, but never a crash or a hang. The
/// first line is "METHOD PATH?QUERY", all after it the body.

#include "manager/api.h"
#include "manager/call_reading.h"
#include "manager/router.h"

using namespace rhumb;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const auto table = manager::all_routes();
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto line = input.substr(0, input.find('\n'));
    const auto blank = std::min(line.find(' '), line.size());
    const auto target = line.substr(std::min(blank + 1, line.size()));
    const auto mark = std::min(target.find('?'), target.size());
    const auto found =
        manager::match(*table, http::to_method(line.substr(0, blank)), target.substr(0, mark));
    if (found.route == nullptr) return 0;
    std::map<std::string, std::string, std::less<>> query;
    (void)manager::read_query(target.substr(std::min(mark + 1, target.size())), *found.route,
                              query);
    const auto body = manager::read_json(input.substr(std::min(line.size() + 1, input.size())));
    if (!body || found.route->body.empty()) return 0;
    const auto checked =
        manager::check(*body, manager::reference(found.route->body), table->schemas());
    // What is let in has the shape that handlers count on.
    if (checked && !body->is_object()) __builtin_trap();
    return 0;
}
