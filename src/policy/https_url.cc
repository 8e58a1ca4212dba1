#include "policy/https_url.h"

#include "base/text.h"

namespace rhumb::policy {

namespace {

/// A target as it was sent may hold bytes that an address may not.
std::string to_ascii(std::string_view target) {
    std::string ascii;
    for (const char c : target) {
        const bool is_kept = c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\';
        if (is_kept) {
            ascii += c;
        } else {
            ascii += text::percent_encode({&c, 1});
        }
    }
    return ascii;
}

}  // namespace

std::string to_https_url(const http::Request& request, std::uint16_t https_port) {
    const auto target = request.raw_path.starts_with('/') ? to_ascii(request.target())
                                                          : std::string{"/"};  // OPTIONS *
    if (request.public_origin.starts_with("https://")) return request.public_origin + target;
    if (https_port == 0) return {};
    const bool has_host = !request.host.empty() || request.channel == nullptr;
    return http::make_origin(true, has_host ? request.host : request.channel->local.ip,
                             https_port) +
           target;
}

}  // namespace rhumb::policy
