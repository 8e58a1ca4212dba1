#include "server/wiring.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "files/static_files.h"
#include "gis/rest/handler.h"
#include "manager/api.h"
#include "site/urls.h"

namespace rhumb::server {

namespace {

Result<site::HandlerPointer> make_files(const HandlerParts& parts,
                                        const site::HandlerOrder& order) {
    files::Options options;
    options.root = order.root;
    options.prefix = order.path;
    options.index = order.index;
    options.listing = order.listing;
    options.compress = order.site.compress;
    options.mime = order.site.mime;
    options.pool = &parts.pool;
    TRY(auto files, files::StaticFiles::open(std::move(options)));
    return site::HandlerPointer{std::move(files)};
}

/// The viewer's pages, with the policy that keeps them to this server.
class Viewer final : public http::Handler {
public:
    Viewer(std::unique_ptr<files::StaticFiles> files, std::string path, std::string instance)
        : files_{std::move(files)}, path_{std::move(path)}, instance_{std::move(instance)} {}

    net::Task<http::Response> handle(http::Request& request) const override {
        if (request.path == path_ + "/config.json") co_return settings_for(request);
        CO_TRY(http::Response response, co_await files_->handle(request));
        response.headers.set(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
        response.headers.set("referrer-policy", "same-origin");
        // The names of built files change with what is in them.
        const bool is_built =
            request.path.starts_with(path_ + "/assets/") && response.status == 200;
        if (is_built) response.headers.set("cache-control", "public, max-age=31536000, immutable");
        co_return response;
    }

private:
    /// Where the catalogue is, and who is signed in; the file of this name among the pages has the
    /// usual place, and nobody.
    http::Response settings_for(const http::Request& request) const {
        nlohmann::json settings{{"instance", instance_}};
        if (request.caller && request.caller->is_known()) settings["user"] = request.caller->user;
        // A name of a store outside may have bytes that are no text: dump() must not throw.
        const auto text = settings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        auto response = http::text_response(200, "application/json; charset=utf-8", text + "\n");
        response.headers.set("cache-control", "private, no-cache");
        response.headers.set("vary", "Cookie");
        return response;
    }

    std::unique_ptr<files::StaticFiles> files_;
    std::string path_;
    std::string instance_;
};

Result<site::HandlerPointer> make_viewer(const HandlerParts& parts,
                                         const site::HandlerOrder& order) {
    files::Options options;
    options.root = parts.share / "ui" / "viewer";
    options.prefix = order.path;
    options.pool = &parts.pool;
    TRY(auto files, files::StaticFiles::open(std::move(options)));
    return site::HandlerPointer{
        std::make_shared<Viewer>(std::move(files), order.path, order.document.gis.instance)};
}

/// Tokens are to be had beside the catalogue (site::Entrances), over https, however somebody asks.
gis::rest::TokenAdviser token_adviser(const site::HandlerOrder& order) {
    return [site = order.site, path = text::percent_encode(order.path, "/") + "/tokens/",
            lifetime = order.document.security.tokens.short_minutes](const http::Request& request) {
        const auto origin = site::https_origin(request, site);
        return origin.empty() ? std::nullopt
                              : std::optional{gis::rest::TokenAdvice{origin + path, lifetime}};
    };
}

Result<site::HandlerPointer> make_gis(const HandlerParts& parts, const site::HandlerOrder& order) {
    return site::HandlerPointer{std::make_shared<gis::rest::ServicesHandler>(
        order.path.substr(1), parts.catalogue, parts.pool, parts.log, gis::rest::QueryLimits{},
        token_adviser(order))};
}

Result<site::HandlerPointer> make_trust(const HandlerParts& parts,
                                        const site::HandlerOrder& order) {
    return make_trust_page(parts.trust, order.site, order.path);
}

}  // namespace

site::HandlerMakers handler_makers(HandlerParts parts) {
    const auto shared = std::make_shared<HandlerParts>(std::move(parts));
    const auto with = [shared](auto make) {
        return [shared, make](const site::HandlerOrder& order) { return make(*shared, order); };
    };
    return {
        {config::HandlerKind::files, with(make_files)},
        {config::HandlerKind::gis, with(make_gis)},
        {config::HandlerKind::viewer, with(make_viewer)},
        {config::HandlerKind::trust, with(make_trust)},
    };
}

site::HandlerMaker api_maker(const manager::Parts& parts) {
    return [&parts](const site::HandlerOrder& order) -> Result<site::HandlerPointer> {
        return site::HandlerPointer{std::make_shared<manager::Api>(parts, order.path)};
    };
}

}  // namespace rhumb::server
