#include "server/server.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "certs/credentials.h"
#include "certs/first_start.h"
#include "certs/renewal.h"
#include "crypto/master_key.h"
#include "gis/catalogue.h"
#include "net/pool.h"
#include "server/bindings.h"
#include "server/data_lock.h"
#include "server/first_start.h"
#include "server/loops.h"
#include "server/machine.h"
#include "server/wiring.h"
#include "site/home.h"
#include "site/sites.h"
#include "storage/store.h"
#include "tls/ticket_keys.h"

namespace rhumb::server {

namespace {

constexpr std::size_t pool_queue_max = 256;
constexpr std::chrono::minutes renewal_interval{1};
constexpr std::chrono::milliseconds flush_interval{1000};
const certs::Actor actor{"rhumb", "server"};

using SteadyClock = std::chrono::steady_clock;

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

// The order of members is the order of making; they end in the opposite one.
struct Server::Parts {
    Parts(Options its_options, const Clock& its_clock, const observe::Log& its_log, DataLock its_lock, std::unique_ptr<storage::Store> its_store,
          crypto::Seal its_seal, site::Home its_home)
        : options{std::move(its_options)},
          clock{its_clock},
          log{its_log},
          lock{std::move(its_lock)},
          store{std::move(its_store)},
          seal{std::move(its_seal)},
          home{std::move(its_home)} {}

    const Options options;
    const Clock& clock;
    const observe::Log& log;
    const DataLock lock;
    const std::unique_ptr<storage::Store> store;
    const crypto::Seal seal;
    site::Home home;
    certs::Inventory inventory{*store, seal};
    certs::Renewal renewal{*store, seal, actor};
    std::shared_ptr<certs::Credentials> credentials = std::make_shared<certs::Credentials>();
    std::shared_ptr<tls::TicketKeys> tickets = std::make_shared<tls::TicketKeys>(clock.now());
    std::shared_ptr<Snapshot<gis::Catalogue>> catalogue =
        std::make_shared<Snapshot<gis::Catalogue>>(std::make_shared<gis::Catalogue>());
    std::shared_ptr<site::CurrentSites> sites = std::make_shared<site::CurrentSites>(std::make_shared<site::Sites>());
    site::AccessLogs access_logs;
    // Before the pool, so that they end after it: what the pool has finished comes back to them.
    std::unique_ptr<Loops> loops;
    net::Pool pool{std::max<std::size_t>(2, cores()), pool_queue_max};
    site::HandlerMakers makers = handler_makers({options.share, pool, catalogue, log});
    std::unique_ptr<Bindings> bindings;

    config::Document document;  // what is served now
    Announcement announcement;
    std::uint64_t seen_change = 0;
    ClockJumps jumps;
    std::set<std::string> said;  // warnings that were logged, each once
    SteadyClock::time_point next_renewal{};
    SteadyClock::time_point next_flush{};

    Result<void> begin();
    void take_configuration();
    Result<void> apply(config::Document next);
    void reload_certificates();
    void renew();
    certs::HostFacts facts(const config::Document& document) const;
    void override_ports(config::Document& document) const;
    void set_log_level() const;
    std::vector<gis::ServiceDefinition> definitions(const config::Document& document) const;
    void announce(const certs::Prepared& prepared);
};

Server::Server(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}

Server::~Server() { stop(); }

const Announcement& Server::announcement() const { return parts_->announcement; }

void Server::Parts::override_ports(config::Document& changed) const {
    if (changed.sites.empty()) return;
    const auto override_first = [&](bool https, std::optional<std::uint16_t> port) {
        if (!port) return;
        for (auto& binding : changed.sites.front().bindings) {
            if (binding.https != https) continue;
            binding.port = *port;
            return;
        }
    };
    override_first(true, options.https_port);
    override_first(false, options.http_port);
}

void Server::Parts::set_log_level() const {
    if (options.is_verbose) return;
    switch (document.server.log_level) {
        case config::LogLevel::debug: return log.set_least(observe::Level::debug);
        case config::LogLevel::info: return log.set_least(observe::Level::info);
        case config::LogLevel::warning: return log.set_least(observe::Level::warning);
        case config::LogLevel::error: return log.set_least(observe::Level::error);
    }
}

std::vector<gis::ServiceDefinition> Server::Parts::definitions(const config::Document& from) const {
    std::vector<gis::ServiceDefinition> definitions;
    for (const auto& service : from.gis.services) {
        const std::filesystem::path source = service.source;
        definitions.push_back({.name = service.name,
                               .source = source.is_absolute() ? source : home.directory() / source,
                               .title = service.title,
                               .description = service.description,
                               .attribution = service.attribution,
                               .is_started = service.started,
                               .records_max = from.gis.max_records});
    }
    return definitions;
}

Result<void> Server::Parts::apply(config::Document next) {
    override_ports(next);
    TRY_DONE(bindings->open(next));
    catalogue->replace(gis::Catalogue::build(definitions(next), log, catalogue->get().get()));
    const site::Building building{home.directory(), options.data, makers, access_logs, clock, log,
                                  [this](const config::Binding& binding) { return bindings->actual_port(binding); }};
    sites->replace(site::Sites::build(next, building));
    TRY_DONE(bindings->commit(next));
    document = std::move(next);
    set_log_level();
    next_renewal = {};  // new host names are to be certified now, not in a minute
    return {};
}

void Server::Parts::reload_certificates() {
    const auto complaints = credentials->reload(inventory, clock.now());
    if (!complaints) return log.error("certs", "{}", complaints.error().message);
    for (const auto& complaint : *complaints) log.error("certs", "{}", complaint);
}

/// The machine's names, those of --host, and those of the sites that want the certificate `auto`.
certs::HostFacts Server::Parts::facts(const config::Document& of) const {
    auto wanted = options.hosts;
    for (const auto& site : of.sites)
        if (site.has_automatic_certificate()) wanted.insert(wanted.end(), site.host_names.begin(), site.host_names.end());
    return host_facts(std::move(wanted));
}

void Server::Parts::renew() {
    const auto report = renewal.run_once(facts(document), clock.now());
    if (!report) return log.error("certs", "renewal: {}", report.error().message);
    for (const auto& warning : report->warnings)
        if (said.insert(warning).second) log.warning("certs", "{}", warning);
    for (const auto& name : report->renewed) log.info("certs", "renewed «{}»", name);
    for (const auto& failure : report->failures) log.error("certs", "«{}» was not renewed: {}", failure.name, failure.message);
    if (!report->renewed.empty()) reload_certificates();
}

namespace {

/// The first binding of `site` that speaks https, or http; null for none.
const config::Binding* find_binding(const config::Site& site, bool https) {
    const auto found = std::ranges::find_if(site.bindings, [&](const config::Binding& one) { return one.https == https; });
    return found == site.bindings.end() ? nullptr : &*found;
}

/// "https://NAME:PORT" as clients write it: the port only where it is not the usual one, IPv6 in brackets.
std::string origin_of(const config::Binding& binding, std::uint16_t port, const std::vector<std::string>& hosts) {
    const std::string name = !hosts.empty() ? hosts.front() : binding.address == "*" ? "localhost" : binding.address;
    const auto host = name.find(':') == std::string::npos ? name : fmt::format("[{}]", name);
    const bool is_usual = port == (binding.https ? 443 : 80);
    return fmt::format("{}://{}{}", binding.https ? "https" : "http", host, is_usual ? "" : fmt::format(":{}", port));
}

}  // namespace

void Server::Parts::announce(const certs::Prepared& prepared) {
    const auto& site = document.sites.front();
    const auto* const https = find_binding(site, true);
    const auto* const http = find_binding(site, false);
    const auto* const used = https != nullptr ? https : http;
    const auto origin = document.server.public_url.empty() ? origin_of(*used, bindings->actual_port(*used), options.hosts)
                                                           : document.server.public_url;
    announcement = {.url = origin + "/",
                    .http_url = http == nullptr || http == used ? "" : origin_of(*http, bindings->actual_port(*http), options.hosts) + "/",
                    .viewer_url = origin + "/viewer/",
                    .services_url = fmt::format("{}/{}/rest/services", origin, document.gis.instance),
                    .configuration = home.name(),
                    .data = options.data.string(),
                    .root_name = prepared.authority.root().common_name(),
                    .root_fingerprint = pki::to_colon_hex(prepared.authority.root().fingerprint_sha256()),
                    .is_new_authority = prepared.is_authority_new};
}

Result<void> Server::Parts::begin() {
    TRY(auto configuration, home.current());
    for (const auto& warning : configuration.warnings) log.warning("config", "{}", warning.to_text());
    TRY(const auto prepared, certs::prepare(*store, seal, facts(configuration.document), clock.now(), actor));
    for (const auto& warning : prepared.renewal.warnings)
        if (said.insert(warning).second) log.warning("certs", "{}", warning);
    for (const auto& failure : prepared.renewal.failures) log.error("certs", "«{}»: {}", failure.name, failure.message);
    reload_certificates();
    const auto count = configuration.document.server.loops;
    loops = std::make_unique<Loops>(count == 0 ? cores() : count, clock, log);
    bindings = std::make_unique<Bindings>(*loops, Bindings::Shared{sites, credentials, tickets});
    TRY_DONE(apply(std::move(configuration.document)));
    TRY(seen_change, store->change_number());
    announce(prepared);
    return {};
}

Result<std::unique_ptr<Server>> Server::start(Options options, const Clock& clock, const observe::Log& log) {
    TRY(auto opened, storage::Store::open(options.data));
    auto store = std::make_unique<storage::Store>(std::move(opened));
    TRY(auto lock, DataLock::take(options.data, options.config_file));
    TRY(auto seal, crypto::make_seal({options.data, options.master_key}));
    const auto make_home = [&]() -> Result<site::Home> {
        if (options.config_file) return site::Home::in_file(*options.config_file);
        TRY(const auto latest, store->read([](const storage::View& view) { return view.find_latest_revision(); }));
        config::Document first;
        if (!latest)
            first = first_configuration(options.data, options.share, options.http_port.value_or(options.is_root ? 80 : 8080),
                                        options.https_port.value_or(options.is_root ? 443 : 8443), log);
        return site::Home::in_store(*store, first, {"rhumb", "server", "first start", clock.now()});
    };
    TRY(auto home, make_home());
    auto parts = std::make_unique<Parts>(std::move(options), clock, log, std::move(lock), std::move(store), std::move(seal), std::move(home));
    TRY_DONE(parts->begin());
    return std::unique_ptr<Server>{new Server{std::move(parts)}};
}

void Server::Parts::take_configuration() {
    auto configuration = home.current();
    if (!configuration)
        return log.error("config", "the new configuration is not good; what was served goes on being served:\n{}", configuration.error().message);
    if (auto applied = apply(std::move(configuration->document)); !applied)
        return log.error("config", "the new configuration cannot be served; what was served goes on: {}", applied.error().message);
    log.info("config", "revision {} of {} is served", configuration->revision, home.name());
}

void Server::look_around() {
    auto& parts = *parts_;
    const auto steady = SteadyClock::now();
    if (const auto number = parts.store->change_number(); number && *number != parts.seen_change) {
        parts.seen_change = *number;
        parts.reload_certificates();
    }
    if (parts.home.has_changed()) parts.take_configuration();
    const bool has_jumped = parts.jumps.has_jumped(std::chrono::system_clock::now(), steady);
    if (has_jumped || steady >= parts.next_renewal) {
        parts.next_renewal = steady + renewal_interval;
        parts.tickets->rotate_if_due(parts.clock.now());
        parts.renew();
    }
    if (steady >= parts.next_flush) {
        parts.next_flush = steady + flush_interval;
        if (const auto flushed = parts.access_logs.flush(); !flushed) parts.log.error("site", "{}", flushed.error().message);
    }
}

void Server::reload() {
    parts_->access_logs.reopen();
    parts_->reload_certificates();
    parts_->take_configuration();
}

void Server::stop() {
    if (!parts_->loops) return;
    const auto cut = parts_->loops->stop(parts_->document.server.limits.drain_seconds);
    if (cut > 0) parts_->log.warning("server", "{} connections did not end in time and were cut", cut);
    (void)parts_->access_logs.flush();
}

}  // namespace rhumb::server
