#include "fetch/date.h"

#include <curl/curl.h>

namespace rhumb::fetch {

std::optional<Seconds> parse_date(const std::string& text) {
    if (text.empty() || text.size() > 100) return {};
    const auto seconds = curl_getdate(text.c_str(), nullptr);
    if (seconds < 0) return {};
    return Seconds{std::chrono::seconds{seconds}};
}

}  // namespace rhumb::fetch
