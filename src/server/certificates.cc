#include "server/certificates.h"

#include <fmt/ranges.h>

#include "certs/key_rotation.h"
#include "server/machine.h"
#include "site/deploy.h"
#include "site/urls.h"

namespace rhumb::server {

namespace {

const certs::Actor actor{"rhumb", "server"};
// What another program could not finish is mended by then.
constexpr std::chrono::hours mirrors_interval{1};

}  // namespace

Certificates::Certificates(Surroundings surroundings)
    : around_{std::move(surroundings)},
      inventory_{around_.store, around_.seal},
      renewal_{around_.store, around_.seal, actor},
      lists_{std::make_shared<site::CurrentCrls>(std::make_shared<site::PublishedCrls>())},
      mirrors_{around_.store, around_.seal, actor, around_.clock, around_.log} {}

/// The machine's names, those of --host, and those of the sites that want the certificate `auto`.
certs::HostFacts Certificates::facts(const config::Document& document) const {
    auto wanted = around_.hosts;
    for (const auto& site : document.sites)
        if (site.has_automatic_certificate())
            wanted.insert(wanted.end(), site.host_names.begin(), site.host_names.end());
    return host_facts(std::move(wanted));
}

Result<certs::Prepared> Certificates::prepare(const config::Document& document) {
    TRY(auto prepared,
        certs::prepare(around_.store, around_.seal, facts(document), around_.clock.now(), actor));
    tell(prepared.renewal);
    reload();
    return prepared;
}

void Certificates::reload() {
    if (const auto fresh = certs::refresh_seal(around_.store, around_.master_key, around_.seal);
        !fresh)
        around_.log.error("certs", "{}", fresh.error().message);
    const auto before = credentials_->current();
    const auto complaints = credentials_->reload(inventory_, around_.clock.now());
    if (!complaints) return around_.log.error("certs", "{}", complaints.error().message);
    for (const auto& complaint : *complaints) around_.log.error("certs", "{}", complaint);
    publish_lists();
    const auto now = std::chrono::steady_clock::now();
    // Their own events change the store, too: only other certificates, or time, are a reason to
    // look.
    if (credentials_->current()->has_the_same(*before) && now < next_mirrors_) return;
    next_mirrors_ = now + mirrors_interval;
    mirrors_.ask();
}

void Certificates::publish_lists() {
    auto lists = certs::current_crls(around_.store);
    if (!lists) return around_.log.error("certs", "revocation lists: {}", lists.error().message);
    lists_->replace(std::make_shared<const site::PublishedCrls>(*std::move(lists)));
}

/// A name that is in no inventory: the site shows another certificate, and somebody should know.
void Certificates::warn_of_missing(const config::Document& document) {
    const auto present = credentials_->current();
    const auto look = [&](const config::Site& site, const std::vector<std::string>& names) {
        for (const auto& name : names) {
            if (name == config::automatic || present->find_by_name(name)) continue;
            auto warning = fmt::format(
                "the site «{}» names the certificate «{}», which there is not: it shows what fits instead",
                site.name, name);
            if (said_.insert(warning).second) around_.log.warning("certs", "{}", warning);
        }
    };
    for (const auto& site : document.sites) {
        look(site, site.certificates);
        for (const auto& binding : site.bindings) look(site, binding.certificates);
    }
}

void Certificates::tell(const certs::RenewalReport& report) {
    for (const auto& warning : report.warnings)
        if (said_.insert(warning).second) around_.log.warning("certs", "{}", warning);
    for (const auto& name : report.renewed) around_.log.info("certs", "renewed «{}»", name);
    for (const auto& failure : report.failures)
        around_.log.error("certs", "«{}» was not renewed: {}", failure.name, failure.message);
}

void Certificates::look_after(const config::Document& served) {
    renewal_.set_crl_base(site::public_http_origin(served, around_.hosts));
    const auto before = credentials_->current();
    const auto report = renewal_.run_once(facts(served), around_.clock.now());
    if (!report) return around_.log.error("certs", "renewal: {}", report.error().message);
    tell(*report);
    reload();  // also without a change: what has expired gives way to what has not
    warn_of_missing(served);
    if (!report->changes.empty()) see_served(*report, *before, served);
}

void Certificates::see_served(const certs::RenewalReport& report,
                              const certs::CredentialSet& before, const config::Document& served) {
    const auto seen = site::wait_until_served(site::all_served(served, before),
                                              site::all_served(served, *credentials_->current()),
                                              around_.seen_limit);
    if (seen) {
        for (const auto& place : *seen)
            around_.log.debug("certs", "seen at {} for «{}»: {}", place.url, place.host,
                              fmt::join(place.certificates, ", "));
        return;
    }
    // That we cannot reach ourselves says nothing about the certificate, and an old one would end.
    if (seen.error().kind == ErrorKind::unavailable)
        return around_.log.warning("certs", "renewed certificates could not be looked at: {}",
                                   seen.error().message);
    for (const auto& change : report.changes) take_back(change, seen.error().message);
    reload();
}

void Certificates::take_back(const certs::Change& change, const std::string& why) {
    const auto undone = certs::undo(around_.store, change, why, actor, around_.clock.now());
    if (!undone)
        return around_.log.error(
            "certs",
            "the renewal of «{}» was not seen served ({}), and could not be taken back: {}",
            change.name, why, undone.error().message);
    around_.log.error("certs",
                      "the renewal of «{}» was taken back, the old certificate serves on: {}",
                      change.name, why);
    if (!change.archived) return;
    if (const auto put = put_off(*change.archived, why); !put)
        around_.log.error("certs", "{}", put.error().message);
}

/// As after any other failure of a renewal: the next attempt comes later.
Result<void> Certificates::put_off(storage::Id certificate, const std::string& why) {
    const auto now = around_.clock.now();
    return around_.store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto record, transaction.get_certificate(certificate));
        auto renewal = record.renewal;
        ++renewal.failures;
        TRY(const auto delay, certs::retry_delay(renewal.failures, record.not_after < now));
        renewal.next_attempt = now + delay;
        renewal.last_error = why;
        return transaction.update_renewal(certificate, renewal);
    });
}

}  // namespace rhumb::server
