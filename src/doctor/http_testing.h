#pragma once
/// Makes what was heard over HTTP, for tests of judgements.

#include <string>
#include <string_view>
#include <vector>

#include "doctor/finding.h"
#include "doctor/http_seen.h"

namespace rhumb::doctor {

inline fetch::Url url_at(std::string_view text) { return fetch::parse_url(text).value(); }

/// 2026-11-23T12:00:00Z.
inline constexpr Seconds noon{std::chrono::seconds{1'795'435'200}};

inline Exchange heard(std::string_view url, int status, std::vector<fetch::Header> headers = {},
                      std::string body = {}) {
    Exchange exchange{.url = url_at(url), .asked_at = noon, .heard_at = noon};
    exchange.outcome = fetch::Answer{
        .status = status, .version = "1.1", .headers = std::move(headers), .body = std::move(body)};
    return exchange;
}

inline Exchange page_at(std::string_view url, std::string html, int status = 200) {
    return heard(url, status, {{"content-type", "text/html; charset=utf-8"}}, std::move(html));
}

inline Exchange leading(std::string_view url, std::string to, int status = 301) {
    return heard(url, status, {{"location", std::move(to)}});
}

inline Exchange failed(std::string_view url, fetch::Fault fault, bool is_connected = false) {
    Exchange exchange{.url = url_at(url), .asked_at = noon, .heard_at = noon};
    exchange.outcome = tl::unexpected(
        fetch::Failure{.fault = fault, .is_connected = is_connected, .message = "so it is"});
    return exchange;
}

inline Walk walked(std::vector<Exchange> steps, Walk::End end = Walk::End::answered,
                   std::string_view next = {}) {
    Walk walk{.steps = std::move(steps), .end = end};
    if (!next.empty()) walk.next = url_at(next);
    return walk;
}

/// A server that was looked at by `main`, beginning at its first step.
inline Web web_of(Walk main) {
    auto target = main.steps.front().url;
    return {.target = std::move(target), .main = std::move(main)};
}

/// The same, with http beside it.
inline Web web_of(Walk main, Walk clear) {
    auto web = web_of(std::move(main));
    web.clear_port = clear.steps.front().url.port;
    web.clear = std::move(clear);
    web.is_clear_related = true;
    return web;
}

inline std::vector<std::string> ids_of(const std::vector<Finding>& findings) {
    std::vector<std::string> ids;
    for (const auto& finding : findings) ids.push_back(finding.id);
    return ids;
}

}  // namespace rhumb::doctor
