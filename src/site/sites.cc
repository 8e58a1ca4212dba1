#include "site/sites.h"

#include <algorithm>

#include "certs/revocation_lists.h"
#include "site/inheritance.h"
#include "site/rules.h"

namespace rhumb::site {

void Hosts::add(const Site& site) {
    if (first_ == nullptr) first_ = &site;
    const auto& names = site.configuration().host_names;
    if (names.empty() && any_ == nullptr) any_ = &site;
    for (const auto& name : names) {
        if (name.starts_with("*."))
            wildcard_.emplace(name.substr(2), &site);
        else
            exact_.emplace(name, &site);
    }
}

const Site* Hosts::find(std::string_view host) const {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (const auto found = exact_.find(host); found != exact_.end()) return found->second;
    for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.', dot + 1))
        if (const auto found = wildcard_.find(host.substr(dot + 1)); found != wildcard_.end())
            return found->second;
    return any_;
}

namespace {

/// What a location that could not be made answers.
class Broken final : public http::Handler {
public:
    net::Task<http::Response> handle(http::Request&) const override {
        // Who asks cannot mend it; the log says what it is.
        co_return fail(ErrorKind::unavailable, "this location is not available now");
    }
};

/// Builds the routes of one site.
class RouteBuilder {
public:
    RouteBuilder(const config::Document& document, const config::Site& site,
                 const Building& building)
        : document_{document}, site_{site}, building_{building} {}

    std::vector<Route> build() {
        // First: of two routes with the same path the first counts, and nobody shall lose the door.
        add_entrances();
        add("/", config::HandlerKind::files, absolute(site_.root), site_.index, site_.listing);
        for (const auto& location : site_.locations) add(location);
        add_metrics();
        if (building_.revocation_lists)
            routes_.push_back({std::string{certs::crl_folder}, building_.revocation_lists});
        return std::move(routes_);
    }

private:
    std::filesystem::path absolute(const std::filesystem::path& path) const {
        return path.is_absolute() ? path : building_.directory / path;
    }

    void add_entrances() {
        const auto& entrances = building_.entrances;
        for (const auto* path : {"/login", "/logout", "/account"})
            if (entrances.sign_in) routes_.push_back({path, entrances.sign_in, false, true, true});
        for (const auto& location : site_.locations) {
            if (location.handler != config::HandlerKind::gis || !entrances.token_service) continue;
            const auto service = entrances.token_service(location.path);
            for (const auto* path : {"/tokens", "/admin/generateToken"})
                routes_.push_back({location.path + path, service, true, true, true});
        }
    }

    void add_metrics() {
        constexpr std::string_view path = "/metrics";
        const auto& metrics = building_.entrances.metrics;
        std::error_code failed;
        const bool is_there =
            std::ranges::find(routes_, path, &Route::path) != routes_.end() ||
            std::filesystem::exists(absolute(site_.root) / path.substr(1), failed);
        if (!metrics || is_there) return;
        const auto rule = std::ranges::find(site_.locations, path, &config::Location::path);
        const bool is_said = rule != site_.locations.end();
        if (is_said && rule->handler == config::HandlerKind::none) return;
        const bool is_ruled = is_said && rule->allow.has_value();
        routes_.push_back({std::string{path}, metrics(is_ruled)});
    }

    void add(const config::Location& location) {
        const bool is_files = location.handler == config::HandlerKind::files;
        // A location that only states a rule is answered by the one above it; so may a single file
        // be.
        if (is_files && !location.root && !location.index && !location.listing) return;
        add(location.path, location.handler,
            is_files ? root_of(site_, location, building_.directory) : std::filesystem::path{},
            index_of(site_, location), listing_of(site_, location));
    }

    void add(const std::string& path, config::HandlerKind kind, std::filesystem::path root,
             std::vector<std::string> index, bool listing) {
        const HandlerOrder order{document_,        site_,  path, std::move(root),
                                 std::move(index), listing};
        const auto maker = building_.makers.find(kind);
        if (maker == building_.makers.end()) return;  // nobody: 404
        auto made = maker->second(order);
        if (!made) {
            building_.log.error("site", "«{}», {}: {}", site_.name, path, made.error().message);
            made = std::make_shared<Broken>();
        }
        routes_.push_back({path, std::move(*made), kind == config::HandlerKind::gis,
                           kind == config::HandlerKind::api});
    }

    const config::Document& document_;
    const config::Site& site_;
    const Building& building_;
    std::vector<Route> routes_;
};

std::shared_ptr<AccessLogFile> access_log_of(const config::Site& site, const Building& building) {
    if (site.access_log == config::AccessLog::off) return nullptr;
    std::filesystem::path path = site.access_log_file;
    if (path.empty()) {
        std::string name;
        for (const char c : site.name) {
            const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                  (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
            name += is_plain ? c : '-';
        }
        path = building.data / "logs" / (name + ".log");
    } else if (path.is_relative()) {
        path = building.directory / path;
    }
    auto log = building.access_logs.open(path, site.access_log, building.clock.now());
    if (log) return *log;
    building.log.error("site", "«{}»: {}", site.name, log.error().message);
    return nullptr;
}

}  // namespace

std::shared_ptr<const Sites> Sites::build(const config::Document& document,
                                          const Building& building) {
    auto sites = std::make_shared<Sites>();
    for (const auto& configuration : document.sites) {
        RouteBuilder routes{document, configuration, building};
        const auto is_file = [&](const config::Location& location) {
            return is_single_file(configuration, location, building.directory);
        };
        auto site = std::make_unique<const Site>(
            Site::Parts{configuration, routes.build(), rules_of(document, configuration, is_file),
                        access::TrustedProxies{document.security.trusted_proxies,
                                               document.security.proxies_end_tls},
                        building.entrances.gate, document.server.public_url,
                        access_log_of(configuration, building)},
            building.clock, building.log);
        for (const auto& binding : configuration.bindings)
            sites->by_endpoint_[{binding.address, binding.port}].add(*site);
        sites->sites_.push_back(std::move(site));
    }
    return sites;
}

const Hosts* Sites::find(const net::Endpoint& endpoint) const {
    const auto found = by_endpoint_.find(endpoint);
    return found == by_endpoint_.end() ? nullptr : &found->second;
}

}  // namespace rhumb::site
