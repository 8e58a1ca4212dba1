/// Any bytes as capabilities or as JSON of a map service: read within bounds, and judged, without a
/// crash.

#include <cstdlib>
#include <string_view>

#include "doctor/gis_judge.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb::doctor;
    const std::string_view body{reinterpret_cast<const char*>(data), size};
    const rhumb::fetch::Url url{.host = "gis.example.org"};
    for (auto read : {read_gis_document(body), read_capabilities(body), read_gis_json(body)}) {
        if (!read) continue;
        if (read->links.size() > gis_links_max || read->name.empty()) std::abort();
        for (const auto& link : read->links)
            if (link.url.empty()) std::abort();
        read->url = url;
        (void)judge_document(*read, {.about = url.origin(), .target = url});
    }
    return 0;
}
