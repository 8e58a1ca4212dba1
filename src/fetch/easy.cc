#include "fetch/easy.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::fetch {

Curl make_curl() {
    static const bool is_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return Curl{is_ready ? curl_easy_init() : nullptr};
}

bool is_web_url(std::string_view url) {
    const bool is_text = std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7F; });
    const bool is_web = text::istarts_with(url, "http://") || text::istarts_with(url, "https://");
    return is_text && is_web && url.size() <= 2048;
}

}  // namespace rhumb::fetch
