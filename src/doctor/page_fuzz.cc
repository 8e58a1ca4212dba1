/// Any bytes as a page: read within its bounds, and judged, without a crash.

#include <cstdlib>
#include <string_view>

#include "doctor/page_judge.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb::doctor;
    const auto page = read_page({reinterpret_cast<const char*>(data), size});
    if (page.uses.size() > page_items_max || page.links.size() > page_items_max ||
        page.forms.size() > page_items_max || page.scripts.size() > page_items_max)
        std::abort();
    for (const auto& form : page.forms)
        if (form.actions.empty()) std::abort();
    const rhumb::fetch::Url url{.host = "gis.example.org"};
    (void)judge_page(page, {.about = url.origin(), .url = url, .target = url});
    return 0;
}
