#include "site/deploy.h"

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <tuple>

#include "base/text.h"
#include "certs/dates.h"
#include "crypto/hash.h"
#include "tls/probe.h"

namespace rhumb::site {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds pause{25};
constexpr std::size_t looks_max = 500;

/// One handshake, and what it is to show.
struct Look {
    net::Address address;
    std::string host;
    std::string site;
    tls::KeyFamily family = tls::KeyFamily::any;
    tls::CredentialPointer expected{};  // null: the handshake is to be refused
    std::string certificate{};          // the inventory's name of it
};

/// Where a program on this machine reaches a binding: the loopback stands for all addresses.
net::Address reachable(const config::Binding& binding) {
    if (binding.address == "*" || binding.address == "0.0.0.0") return {"127.0.0.1", binding.port};
    if (binding.address == "::") return {"::1", binding.port};
    return {binding.address, binding.port};
}

tls::KeyFamily family_of(const tls::CredentialGroup& group, const tls::Credential& credential) {
    if (group.size() < 2) return tls::KeyFamily::any;
    return credential.key_family() == "rsa" ? tls::KeyFamily::rsa : tls::KeyFamily::ecdsa;
}

/// A host that a client may ask for: any label stands for a star.
std::string asked_host(const Served& served) {
    return served.host.starts_with("*.") ? "rhumb" + served.host.substr(1) : served.host;
}

/// What is shown where, for comparing two states.
using Shown = std::map<std::tuple<std::string, std::uint16_t, std::string>, std::set<std::string>>;

auto key_of(const Served& served) {
    return std::tuple{served.binding.address, served.binding.port, served.host};
}

std::set<std::string> fingerprints_of(const Served& served) {
    std::set<std::string> fingerprints;
    for (const auto& credential : served.choice.credentials)
        fingerprints.insert(credential->chain().leaf().fingerprint_sha256());
    return fingerprints;
}

void add_looks(const Served& served, std::vector<Look>& looks) {
    const auto& group = served.choice.credentials;
    const Look look{reachable(served.binding), asked_host(served), served.site};
    if (group.empty()) looks.push_back(look);
    for (std::size_t i = 0; i < group.size(); ++i) {
        looks.push_back(look);
        looks.back().family = family_of(group, *group[i]);
        looks.back().expected = group[i];
        looks.back().certificate = served.certificates[i];
    }
}

std::vector<Look> looks_at(const std::vector<Served>& before, const std::vector<Served>& now) {
    Shown shown;
    for (const auto& served : before) shown.emplace(key_of(served), fingerprints_of(served));
    std::vector<Look> looks;
    std::map<std::pair<std::string, std::uint16_t>, const Served*> usual;  // for other names
    for (const auto& served : now) {
        if (served.host.empty()) usual[{served.binding.address, served.binding.port}] = &served;
        const auto was = shown.find(key_of(served));
        const bool is_same = was != shown.end() && was->second == fingerprints_of(served);
        if (was != shown.end()) shown.erase(was);
        if (!is_same) add_looks(served, looks);
    }
    // Names that had a certificate of their own get the usual one now.
    for (const auto& [key, fingerprints] : shown) {
        const auto& [address, port, host] = key;
        const auto found = usual.find({address, port});
        if (found == usual.end() || fingerprints_of(*found->second) == fingerprints) continue;
        auto served = *found->second;
        served.host = host;
        add_looks(served, looks);
    }
    // A configuration of thousands of names is looked at in part; the rest is served by the same
    // code.
    if (looks.size() > looks_max) looks.resize(looks_max);
    return looks;
}

std::string url_of(const net::Address& address) { return "https://" + address.to_string(); }

std::string name_of(const Look& look) {
    return look.host.empty() ? url_of(look.address)
                             : fmt::format("{} for «{}»", url_of(look.address), look.host);
}

/// Nothing when it shows what it should; else what it shows instead (`conflict`), or that it cannot
/// be reached
/// (`unavailable`).
std::optional<Error> fault_of(const Look& look) {
    const auto probed = tls::probe({.address = look.address,
                                    .server_name = look.host,
                                    .family = look.family,
                                    .limit = std::chrono::milliseconds{1'000}});
    if (!probed) {
        const bool is_refused = probed.error().kind == ErrorKind::denied;
        if (!look.expected && is_refused) return {};
        return Error{probed.error()}.within("no certificate was seen");
    }
    const auto& leaf = probed->certificates.front();
    if (look.expected && probed->certificates == look.expected->chain().certificates()) return {};
    if (look.expected && leaf == look.expected->chain().leaf())
        return Error{ErrorKind::conflict,
                     fmt::format("{} shows the new certificate with another chain", name_of(look))};
    return Error{ErrorKind::conflict,
                 fmt::format("{} shows another certificate instead: {}, until {}, SHA-256 {}",
                             name_of(look), leaf.subject(), certs::to_date(leaf.not_after()),
                             pki::to_colon_hex(leaf.fingerprint_sha256()))};
}

/// Looks again and again until all show what they should.
Result<std::vector<Place>> wait_for(const std::vector<Look>& looks,
                                    SteadyClock::time_point deadline) {
    std::vector<Place> places;
    for (const auto& look : looks) {
        for (;;) {
            auto fault = fault_of(look);
            if (!fault) break;
            if (SteadyClock::now() + pause >= deadline) return tl::unexpected(*std::move(fault));
            std::this_thread::sleep_for(pause);
        }
        const auto url = url_of(look.address);
        const bool is_same =
            !places.empty() && places.back().url == url && places.back().host == look.host;
        if (!is_same) places.push_back({url, look.host, look.site, {}});
        if (look.expected) places.back().certificates.push_back(look.certificate);
    }
    return places;
}

/// What is served by a document, with the certificates that the inventory has now.
Result<std::vector<Served>> served_now(const Deployment& deployment,
                                       const config::Document& document) {
    certs::Credentials credentials;
    TRY_DONE(credentials.reload(deployment.inventory, deployment.clock.now()));
    return all_served(document, *credentials.current());
}

/// Nothing where there is no good configuration: then the server goes on with what it has.
std::optional<std::string> digest_of(const Home& home) {
    const auto configuration = home.current();
    if (!configuration) return {};
    const auto digest = crypto::sha256(configuration->text);
    if (!digest) return {};
    return text::to_hex(*digest);
}

/// Waits until the server serves the configuration that there is now. One that it had refused
/// before this change (`digest_before`) is not this change's fault.
Result<Running> wait_for_configuration(const Deployment& deployment,
                                       const std::optional<std::string>& digest_before,
                                       SteadyClock::time_point deadline) {
    const auto wanted = digest_of(deployment.home);
    for (;;) {
        auto running = deployment.running();
        if (!running) return fail(ErrorKind::unavailable, "the server has ended");
        if (!wanted || running->digest == *wanted) return *std::move(running);
        if (running->refused_digest == *wanted) {
            if (digest_before == wanted) return *std::move(running);
            return fail(ErrorKind::conflict, "the server cannot serve the new configuration: {}",
                        running->refusal);
        }
        if (SteadyClock::now() + pause >= deadline)
            return fail(ErrorKind::unavailable,
                        "the server (process {}) did not take the configuration in time",
                        running->process);
        std::this_thread::sleep_for(pause);
    }
}

/// What is to be compared with afterwards.
struct Before {
    std::vector<Served> served;
    std::optional<std::string> digest;
};

Result<std::vector<Place>> look(const Deployment& deployment, const Before& before) {
    const auto deadline = SteadyClock::now() + deployment.limit;
    TRY(const auto running, wait_for_configuration(deployment, before.digest, deadline));
    TRY(const auto now, served_now(deployment, running.document));
    return wait_for(looks_at(before.served, now), deadline);
}

/// The error of a change that was taken back, or could not be.
tl::unexpected<Error> take_back(const Undo& undo, Error error) {
    if (const auto undone = undo(error.message); !undone)
        return fail(
            ErrorKind::internal,
            "{}. The change could not be taken back either ({}): `rhumb cert status` tells what is served, "
            "and `rhumb config history` what was changed",
            error.message, undone.error().message);
    error.message += ". The change was taken back: what served before serves on";
    return tl::unexpected(std::move(error));
}

}  // namespace

Result<std::vector<Place>> wait_until_served(const std::vector<Served>& before,
                                             const std::vector<Served>& now,
                                             std::chrono::milliseconds limit) {
    return wait_for(looks_at(before, now), SteadyClock::now() + limit);
}

Result<Deployed> deploy(const Deployment& deployment, const Make& make) {
    const auto running = deployment.running();
    Before before;
    if (running) {
        TRY(before.served, served_now(deployment, running->document));
        before.digest = digest_of(deployment.home);
    }
    TRY(const auto undo, make());
    if (!running) return Deployed{};
    auto seen = look(deployment, before);
    if (!seen) return take_back(undo, std::move(seen).error());
    return Deployed{true, *std::move(seen)};
}

}  // namespace rhumb::site
