/// Any bytes as request target, Host and query: taken or refused, never a crash; and what is taken
/// is a clean path.

#include <cstdlib>
#include <string_view>

#include "http/target.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb::http;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto line = bytes.find('\n');
    const auto target = bytes.substr(0, line);
    const auto host =
        line == std::string_view::npos ? std::string_view{"a"} : bytes.substr(line + 1);

    Channel channel;
    Request request;
    request.channel = &channel;
    if (apply_target(request, target, host)) {
        const std::string_view path = request.path;
        const bool is_clean = path.starts_with('/') && path.find("//") == std::string_view::npos &&
                              !path.ends_with("/..") &&
                              path.find("/../") == std::string_view::npos &&
                              path.find('\0') == std::string_view::npos;
        if (!is_clean) std::abort();
        (void)request.origin();
        (void)find_parameter(request.query, "f");
    }
    (void)find_parameter(bytes, "where");
    return 0;
}
