#include "share/trust_page.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "http/conditional.h"
#include "share/templates.h"

namespace rhumb::share {

namespace {

/// The value of a parameter of a query; nothing when it is not there.
std::optional<std::string> parameter(std::string_view query, std::string_view name) {
    for (const auto pair : text::split(query, '&')) {
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return text::percent_decode(pair.substr(equals + 1), true);
    }
    return {};
}

/// What is there may change with the next rotation: it is kept, but always asked for.
http::Response answer(const http::Request& request, std::string_view etag) {
    http::Response response;
    response.headers.add("etag", etag);
    response.headers.add("cache-control", "no-cache");
    response.headers.add("x-content-type-options", "nosniff");
    const auto condition =
        http::weigh_conditions(request.method, request.headers,
                               {.etag = etag, .last_modified = {}, .has_last_modified = false});
    if (condition == http::Condition::not_modified) response.status = 304;
    if (condition == http::Condition::failed) response.status = 412;
    return response;
}

http::Response send(const http::Request& request, const Download& download) {
    auto response = answer(request, download.etag);
    if (response.status != 200) return response;
    response.headers.add("content-type", download.media_type);
    if (!download.disposition.empty())
        response.headers.add("content-disposition", download.disposition);
    response.body = download.bytes;
    return response;
}

Result<http::Response> send_text(const http::Request& request, std::string_view media_type,
                                 std::string text) {
    TRY(const auto digest, crypto::sha256(text));
    auto response = answer(request, fmt::format("\"{}\"", text::to_hex(digest).substr(0, 24)));
    if (response.status != 200) return response;
    response.headers.add("content-type", media_type);
    response.body = std::move(text);
    return response;
}

/// A script of another origin may see that this answered, and learns nothing else: over https it
/// answers only who trusts the certificate.
http::Response send_check() {
    http::Response response;
    response.status = 204;
    response.headers.add("access-control-allow-origin", "*");
    response.headers.add("cache-control", "no-store");
    return response;
}

Visit visit_of(const http::Request& request, const std::string& path, Surroundings around) {
    const auto field = [&request](std::string_view name) {
        return request.headers.find(name).value_or(std::string_view{});
    };
    Visit visit{.path = path,
                .is_secure = request.channel->is_secure,
                .device = recognise(field("user-agent"), field("sec-ch-ua-platform")),
                .chosen = {},
                .wants_all = false,
                .around = std::move(around)};
    if (const auto wanted = parameter(request.query, "for")) {
        visit.chosen = find_platform(*wanted);
        visit.wants_all = *wanted == "all";
    }
    return visit;
}

http::Response only_get() {
    http::Response response;
    response.status = 405;
    response.headers.add("allow", "GET, HEAD");
    return response;
}

}  // namespace

Result<http::Response> TrustPage::page(const http::Request& request) const {
    const auto visit = visit_of(request, path_, look_(request));
    TRY(auto response,
        send_text(request, "text/html; charset=utf-8", render_page(*offer_->get(), visit)));
    response.headers.add("vary", "user-agent, sec-ch-ua-platform");
    response.headers.add("content-security-policy", page_policy(visit.around));
    response.headers.add("referrer-policy", "no-referrer");
    return response;
}

net::Task<http::Response> TrustPage::handle(http::Request& request) const {
    if (request.method != http::Method::get && request.method != http::Method::head)
        co_return only_get();
    auto rest = std::string_view{request.path}.substr(path_.size());
    if (rest.starts_with('/')) rest.remove_prefix(1);
    if (rest.empty()) co_return page(request);
    if (rest == "check") co_return send_check();
    if (rest == "page.css")
        co_return send_text(request, "text/css; charset=utf-8", std::string{get_template(rest)});
    if (rest == "icon.svg")
        co_return send_text(request, "image/svg+xml", std::string{get_template(rest)});
    if (rest == "page.js" || rest == "worker.js")
        co_return send_text(request, "text/javascript; charset=utf-8",
                            std::string{get_template(rest)});
    const auto offer = offer_->get();
    if (const auto* const download = offer->find(rest)) co_return send(request, *download);
    co_return fail(ErrorKind::not_found, "{} offers no file «{}»", path_, rest);
}

}  // namespace rhumb::share
