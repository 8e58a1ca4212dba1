/// Any bytes as a reference in a document: a URL that stays the same when it is read again, or
/// nothing.

#include <cstdlib>
#include <string_view>

#include "fetch/url.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb::fetch;
    const Url base{.host = "a.example", .path = "/x/y", .query = "q"};
    const auto url = resolve_url(base, {reinterpret_cast<const char*>(data), size});
    if (!url) return 0;
    if (url->host.empty() || url->port == 0 || !url->path.starts_with('/')) std::abort();
    for (const char c : url->target())
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F)
            std::abort();
    return 0;
}
