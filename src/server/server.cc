#include "server/server.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <unistd.h>

#include "base/text.h"
#include "certs/key_rotation.h"
#include "crypto/hash.h"
#include "gis/catalogue.h"
#include "identity/first_administrator.h"
#include "manager/parts.h"
#include "net/pool.h"
#include "server/bindings.h"
#include "server/certificates.h"
#include "server/client_authorities.h"
#include "server/data_lock.h"
#include "server/first_start.h"
#include "server/hsts_keeper.h"
#include "server/loops.h"
#include "server/machine.h"
#include "server/metrics.h"
#include "server/provider_reports.h"
#include "server/security.h"
#include "server/trust_page.h"
#include "server/wiring.h"
#include "site/home.h"
#include "site/running.h"
#include "site/sites.h"
#include "site/urls.h"
#include "storage/store.h"
#include "tls/ticket_keys.h"

namespace rhumb::server {

namespace {

constexpr std::size_t pool_queue_max = 256;
// A hash takes 64 MiB for a quarter of a second: two at a time are enough for who may come in, and
// not more than a machine can bear from who may not.
constexpr std::size_t sign_in_threads = 2;
constexpr std::size_t sign_in_queue_max = 32;
// Where a store outside hangs, its threads do, and the clients that wait are told so: soon, for it
// is asked no more after three failures. Signing in has threads apart, for it takes longest.
constexpr std::size_t people_threads = 8;
constexpr std::size_t people_queue_max = 128;
constexpr std::size_t sign_in_outside_threads = 4;
constexpr std::size_t sign_in_outside_queue_max = 32;
constexpr std::size_t manager_threads = 2;
constexpr std::size_t manager_queue_max = 32;
constexpr std::chrono::minutes renewal_interval{1};
constexpr std::chrono::milliseconds flush_interval{1000};

using SteadyClock = std::chrono::steady_clock;

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

// The order of members is the order of making; they end in the opposite one.
struct Server::Parts {
    Parts(Options its_options, const Clock& its_clock, const observe::Log& its_log,
          DataLock its_lock, std::unique_ptr<storage::Store> its_store, crypto::Seal its_seal,
          site::Home its_home)
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
    crypto::Seal seal;
    site::Home home;
    Certificates certificates{
        {*store, seal, {options.data, options.master_key}, clock, log, options.hosts}};
    ClientAuthorities clients{*store, clock, log};
    HstsKeeper hsts{*store, clock, log};
    OfferedRoots offered{*store, log};
    std::shared_ptr<tls::TicketKeys> tickets = std::make_shared<tls::TicketKeys>(clock.now());
    std::shared_ptr<Snapshot<gis::Catalogue>> catalogue =
        std::make_shared<Snapshot<gis::Catalogue>>(std::make_shared<gis::Catalogue>());
    std::shared_ptr<site::CurrentSites> sites =
        std::make_shared<site::CurrentSites>(std::make_shared<site::Sites>());
    site::AccessLogs access_logs;
    std::shared_ptr<Traffic> traffic = std::make_shared<Traffic>();
    const Seconds started = clock.now();
    // Never null once begin() is over. What runs in loops and pools uses it: it ends after them.
    std::unique_ptr<Security> security;
    std::unique_ptr<const manager::Parts> manager_parts;  // the same
    // Before the pool, so that they end after it: what the pool has finished comes back to them.
    std::unique_ptr<Loops> loops;
    net::Pool pool{std::max<std::size_t>(2, cores()), pool_queue_max};
    net::Pool sign_in_pool{sign_in_threads, sign_in_queue_max};
    net::Pool people_pool{people_threads, people_queue_max};
    net::Pool sign_in_outside_pool{sign_in_outside_threads, sign_in_outside_queue_max};
    // For administration that takes seconds: nobody's map waits for it.
    net::Pool manager_pool{manager_threads, manager_queue_max};
    site::HandlerMakers makers = handler_makers(
        {options.share, pool, catalogue, log,
         TrustPageParts{offered.current(), certificates.credentials(), options.hosts}});
    std::unique_ptr<Bindings> bindings;

    config::Document document;  // what is served now, with the ports that there really are
    site::Running running;      // the same, for others
    Announcement announcement;
    std::uint64_t seen_change = 0;
    ClockJumps jumps;
    SteadyClock::time_point next_renewal{};
    SteadyClock::time_point next_flush{};
    ProviderReports reports{options.data, log};

    Result<void> begin();
    void take_configuration();
    Result<void> apply(config::Document next);
    void say_running();
    site::Entrances entrances() const;
    void refuse_configuration(const std::string& text, const Error& error);
    void override_ports(config::Document& document) const;
    void set_log_level() const;
    std::vector<gis::ServiceDefinition> definitions(const config::Document& document) const;
    void announce(const certs::Prepared& prepared);
    void offer_first_code();
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
    auto real = bindings->with_actual_ports(next);
    if (auto taken = security->apply(real); !taken) {
        bindings->abandon();
        return taken;
    }
    catalogue->replace(gis::Catalogue::build(definitions(next), log, catalogue->get().get()));
    const site::Building building{
        home.directory(),
        options.data,
        makers,
        access_logs,
        clock,
        log,
        std::make_shared<site::RevocationLists>(certificates.lists(), clock),
        entrances()};
    offered.look(real, options.hosts);
    clients.take(real.security, home.directory());
    hsts.take(real);
    sites->replace(site::Sites::build(real, building));
    TRY_DONE(bindings->commit(next));
    document = std::move(real);
    set_log_level();
    next_renewal = {};  // new host names are to be certified now, not in a minute
    return {};
}

namespace {

/// "" when even that fails: then nobody waits for it.
std::string digest_of(const std::string& text) {
    const auto digest = crypto::sha256(text);
    return digest ? text::to_hex(*digest) : std::string{};
}

}  // namespace

/// Others on this machine (the command line) look at what we really serve.
void Server::Parts::say_running() {
    running.process = ::getpid();
    running.hosts = options.hosts;
    if (options.config_file) running.config_file = std::filesystem::absolute(*options.config_file);
    running.document = document;
    if (const auto written = site::write_running(options.data, running); !written)
        log.warning("server", "{}", written.error().message);
}

site::Entrances Server::Parts::entrances() const {
    auto all = security->entrances();
    const auto parts = std::make_shared<const MetricsParts>(
        MetricsParts{.version = RHUMB_VERSION,
                     .connections = [this] { return loops->connections(); },
                     .traffic = traffic,
                     .people = &security->parts().people,
                     .sign_ins = &security->parts().sign_ins,
                     .report_providers = [this] { return security->report(); },
                     .pools = {{"work", &pool},
                               {"sign-in", &sign_in_pool},
                               {"people", &people_pool},
                               {"sign-in-outside", &sign_in_outside_pool},
                               {"administration", &manager_pool}},
                     .started = started});
    all.metrics = [parts](bool is_ruled) { return make_metrics(parts, is_ruled); };
    return all;
}

void Server::Parts::refuse_configuration(const std::string& text, const Error& error) {
    running.refused_digest = digest_of(text);
    running.refusal = error.message;
    say_running();
}

namespace {

/// Where another device finds the page of the root, in the clear where that can be; "" without one.
std::string trust_url(const config::Site& site, const std::string& machine) {
    const auto page =
        std::ranges::find(site.locations, config::HandlerKind::trust, &config::Location::handler);
    if (page == site.locations.end()) return {};
    const auto clear = site::origin_for_people(site, false, {machine});
    const auto origin = clear.empty() ? site::origin_for_people(site, true, {machine}) : clear;
    return origin.empty() ? origin : origin + page->path;
}

}  // namespace

void Server::Parts::announce(const certs::Prepared& prepared) {
    const auto& site = document.sites.front();
    const auto https = site::origin_for_people(site, true, options.hosts);
    const auto http = site::origin_for_people(site, false, options.hosts);
    const auto origin = !document.server.public_url.empty() ? document.server.public_url
                        : https.empty()                     ? http
                                                            : https;
    announcement = {
        .url = origin + "/",
        .http_url = http.empty() || https.empty() ? "" : http + "/",
        .viewer_url = origin + "/viewer/",
        .services_url = fmt::format("{}/{}/rest/services", origin, document.gis.instance),
        .trust_url = trust_url(site, prepared.primary),
        .configuration = home.name(),
        .data = options.data.string(),
        .root_name = prepared.authority.root().common_name(),
        .root_fingerprint = pki::to_colon_hex(prepared.authority.root().fingerprint_sha256()),
        .is_new_authority = prepared.is_authority_new};
}

/// While nobody may administer, each start says another code. It stands in the store as a digest,
/// and in no log.
void Server::Parts::offer_first_code() {
    const auto now = clock.now();
    const auto make = [&]() -> Result<std::string> {
        TRY(const bool is_wanted, identity::wants_first_administrator(*store, now));
        if (!is_wanted) return std::string{};
        return identity::make_first_code(*store, now, {"rhumb", "server"});
    };
    auto code = make();
    if (!code)
        return log.error("start", "no code for the first administrator was made: {}",
                         code.error().message);
    announcement.first_code = *std::move(code);
    if (announcement.url.starts_with("https:"))
        announcement.first_url = announcement.url + "login/first";
}

Result<void> Server::Parts::begin() {
    TRY(auto configuration, home.current());
    for (const auto& warning : configuration.warnings)
        log.warning("config", "{}", warning.to_text());
    TRY(const auto prepared, certificates.prepare(configuration.document));
    const auto count = configuration.document.server.loops;
    loops = std::make_unique<Loops>(count == 0 ? cores() : count, clock, log);
    bindings = std::make_unique<Bindings>(
        *loops,
        Bindings::Shared{
            sites, certificates.credentials(), tickets, clients.judge(),
            std::make_shared<site::Hsts>(certificates.credentials(), hsts.forgetting()), traffic});
    TRY(security, Security::open({*store, seal, clock, log, pool, sign_in_pool, people_pool,
                                  sign_in_outside_pool, clients.judge()}));
    manager_parts = std::make_unique<const manager::Parts>(
        manager::Parts{.access = security->parts(),
                       .pool = manager_pool,
                       .master_key = {options.data, options.master_key},
                       .data = options.data,
                       .share = options.share,
                       .config_file = options.config_file,
                       .hosts = options.hosts,
                       .version = RHUMB_VERSION,
                       .host_facts = host_facts,
                       .report_providers = [this] { return security->report(); }});
    makers[config::HandlerKind::api] = api_maker(*manager_parts);
    TRY_DONE(apply(std::move(configuration.document)));
    running.digest = digest_of(configuration.text);
    say_running();
    reports.tell(security->report(), SteadyClock::now());
    announce(prepared);
    offer_first_code();
    TRY(seen_change, store->change_number());
    return {};
}

Result<std::unique_ptr<Server>> Server::start(Options options, const Clock& clock,
                                              const observe::Log& log) {
    TRY(auto opened, storage::Store::open(options.data));
    auto store = std::make_unique<storage::Store>(std::move(opened));
    TRY(auto lock, DataLock::take(options.data, options.config_file));
    TRY(auto seal, certs::open_seal(*store, {options.data, options.master_key}));
    const auto make_home = [&]() -> Result<site::Home> {
        if (options.config_file) return site::Home::in_file(*options.config_file);
        TRY(const auto latest,
            store->read([](const storage::View& view) { return view.find_latest_revision(); }));
        config::Document first;
        if (!latest)
            first =
                first_configuration(options.data, options.share,
                                    options.http_port.value_or(options.is_root ? 80 : 8080),
                                    options.https_port.value_or(options.is_root ? 443 : 8443), log);
        return site::Home::in_store(*store, first, {"rhumb", "server", "first start", clock.now()});
    };
    TRY(auto home, make_home());
    TRY_DONE(add_new_locations(*store, home, clock.now(), log));
    store->seal_audit_with(seal);
    auto parts = std::make_unique<Parts>(std::move(options), clock, log, std::move(lock),
                                         std::move(store), std::move(seal), std::move(home));
    TRY_DONE(parts->begin());
    return std::unique_ptr<Server>{new Server{std::move(parts)}};
}

void Server::Parts::take_configuration() {
    auto configuration = home.current();
    if (!configuration)
        return log.error(
            "config",
            "the new configuration is not good; what was served goes on being served:\n{}",
            configuration.error().message);
    if (auto applied = apply(std::move(configuration->document)); !applied) {
        refuse_configuration(configuration->text, applied.error());
        return log.error("config",
                         "the new configuration cannot be served; what was served goes on: {}",
                         applied.error().message);
    }
    running.digest = digest_of(configuration->text);
    running.refused_digest.clear();
    running.refusal.clear();
    say_running();
    log.info("config", "revision {} of {} is served", configuration->revision, home.name());
}

void Server::look_around() {
    auto& parts = *parts_;
    const auto steady = SteadyClock::now();
    if (const auto number = parts.store->change_number(); number && *number != parts.seen_change) {
        parts.seen_change = *number;
        if (const auto sealed = parts.store->seal_audit(); !sealed)
            parts.log.warning("audit", "{}", sealed.error().message);
        parts.certificates.reload();
        parts.security->reload();  // after the seal, which comes with certificates
        parts.clients.look_at_store();
        parts.offered.look(parts.document, parts.options.hosts);
    }
    parts.clients.look_at_files();
    if (parts.home.has_changed()) parts.take_configuration();
    const bool has_jumped = parts.jumps.has_jumped(std::chrono::system_clock::now(), steady);
    if (has_jumped || steady >= parts.next_renewal) {
        parts.next_renewal = steady + renewal_interval;
        parts.tickets->rotate_if_due(parts.clock.now());
        parts.certificates.look_after(parts.document);
        parts.hsts.look_after(parts.document);
        parts.security->look_after();
    }
    parts.reports.tell(parts.security->report(), steady);
    if (steady >= parts.next_flush) {
        parts.next_flush = steady + flush_interval;
        if (const auto flushed = parts.access_logs.flush(); !flushed)
            parts.log.error("site", "{}", flushed.error().message);
    }
}

void Server::reload() {
    parts_->access_logs.reopen();
    parts_->certificates.reload();
    parts_->security->reload();
    parts_->take_configuration();
}

void Server::stop() {
    if (!parts_->loops) return;
    const auto cut = parts_->loops->stop(parts_->document.server.limits.drain_seconds);
    if (cut > 0)
        parts_->log.warning("server", "{} connections did not end in time and were cut", cut);
    (void)parts_->access_logs.flush();
}

}  // namespace rhumb::server
