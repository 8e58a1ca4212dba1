#include "fetch/url.h"

#include <algorithm>
#include <string>

#include <curl/curl.h>

#include "base/handle.h"
#include "base/text.h"

namespace rhumb::fetch {

namespace {

using UrlHandle = Handle<CURLU, curl_url_cleanup>;
using CurlText = Handle<char, curl_free>;

constexpr std::size_t length_max = 8192;

/// Without what browsers pass over (blanks around, tabs and line breaks anywhere) and without the
/// fragment; blanks and control characters within escaped.
std::string tidy(std::string_view text) {
    std::string out;
    text = text::trim(text);
    for (const char c : text.substr(0, text.find('#'))) {
        if (c == '\t' || c == '\r' || c == '\n') continue;
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7F)
            out += fmt::format("%{:02X}", byte);
        else
            out += c;
    }
    return out;
}

/// "mailto" of "mailto:x"; "" when `reference` begins with no scheme.
std::string scheme_of(std::string_view reference) {
    const auto colon = reference.find(':');
    if (colon == std::string_view::npos || colon == 0) return {};
    const auto scheme = text::to_lower(reference.substr(0, colon));
    const auto is_in_scheme = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    };
    if (!std::ranges::all_of(scheme, is_in_scheme)) return {};
    return scheme[0] >= 'a' && scheme[0] <= 'z' ? scheme : std::string{};
}

/// Bytes beyond ASCII escaped, as they go over the wire.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7F)
            out += fmt::format("%{:02X}", byte);
        else
            out += c;
    }
    return out;
}

std::string part(CURLU* handle, CURLUPart which, unsigned flags = 0) {
    char* raw = nullptr;
    if (curl_url_get(handle, which, &raw, flags) != CURLUE_OK) return {};
    const CurlText text{raw};
    return text.get();
}

Result<Url> taken_apart(CURLU* handle, std::string_view shown) {
    Url url;
    url.is_https = part(handle, CURLUPART_SCHEME) == "https";
    url.host = text::to_lower(part(handle, CURLUPART_HOST));
    if (url.host.starts_with('[') && url.host.ends_with(']'))
        url.host = url.host.substr(1, url.host.size() - 2);
    if (url.host.ends_with('.')) url.host.pop_back();
    const auto port = text::to_integer(part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT));
    if (url.host.empty() || !port || *port < 1 || *port > 65535)
        return fail(ErrorKind::invalid, "it has no host, or no port that can be: {}", shown);
    url.port = static_cast<std::uint16_t>(*port);
    url.path = escaped(part(handle, CURLUPART_PATH));
    if (!url.path.starts_with('/')) url.path.insert(0, "/");
    url.query = escaped(part(handle, CURLUPART_QUERY));
    return url;
}

/// Sets `text` on `handle`: absolute, or relative to what the handle has.
Result<Url> set(CURLU* handle, std::string_view text) {
    const auto shown = text::percent_encode(text.substr(0, 200), ":/?&=%+,;@[]{}~!$'()*");
    if (handle == nullptr) return fail(ErrorKind::internal, "libcurl cannot be set up");
    if (text.size() > length_max)
        return fail(ErrorKind::invalid, "it is longer than {} bytes: {}…", length_max, shown);
    const auto scheme = scheme_of(text);
    if (!scheme.empty() && scheme != "http" && scheme != "https")
        return fail(ErrorKind::invalid, "it is no http or https URL: {}", shown);
    if (const auto code = curl_url_set(handle, CURLUPART_URL, std::string{text}.c_str(), 0);
        code != CURLUE_OK)
        return fail(ErrorKind::invalid, "it is no URL ({}): {}", curl_url_strerror(code), shown);
    return taken_apart(handle, shown);
}

}  // namespace

std::string Url::origin() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    auto text = fmt::format("{}://{}{}{}", is_https ? "https" : "http", is_v6 ? "[" : "", host,
                            is_v6 ? "]" : "");
    if (!has_default_port()) text += fmt::format(":{}", port);
    return text;
}

std::string Url::target() const { return query.empty() ? path : path + "?" + query; }

Result<Url> parse_url(std::string_view text) {
    const auto tidied = tidy(text);
    if (!text::istarts_with(tidied, "http://") && !text::istarts_with(tidied, "https://"))
        return fail(ErrorKind::invalid, "it is no http or https URL: {}",
                    text::percent_encode(text.substr(0, 200), ":/?&=%"));
    const UrlHandle handle{curl_url()};
    return set(handle.get(), tidied);
}

Result<Url> resolve_url(const Url& base, std::string_view reference) {
    const auto tidied = tidy(reference);
    if (tidied.empty()) return base;
    const UrlHandle handle{curl_url()};
    TRY_DONE(set(handle.get(), base.text()));
    return set(handle.get(), tidied);
}

}  // namespace rhumb::fetch
