#include "wizard/trial_run.h"

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

#include <unistd.h>

#include "base/text.h"
#include "certs/credentials.h"
#include "certs/inventory.h"
#include "crypto/hash.h"
#include "fetch/ask.h"
#include "http/message.h"
#include "site/inheritance.h"
#include "site/rules.h"
#include "site/served.h"

namespace rhumb::wizard {

namespace {

constexpr std::chrono::minutes token_lifetime{10};
constexpr std::size_t users_max = 10'000;
/// A server takes a change within a second.
constexpr std::chrono::seconds patience{5};

/// Certificates that a client of our own server may believe: the roots of the local authority, and
/// what the server itself shows, wherever it came from. In a file, for as long as this lives.
class Roots {
public:
    static Result<Roots> write(const TrialOrder& order) {
        const certs::Inventory inventory{order.store, order.seal};
        std::string pem;
        TRY(const auto entries, inventory.list());
        for (const auto& entry : entries) pem += entry.record.chain_pem;
        TRY(const auto authorities,
            order.store.read([](const storage::View& view) { return view.authorities(); }));
        for (const auto& authority : authorities) pem += authority.root_pem;
        auto path = (std::filesystem::temp_directory_path() / "rhumb-roots-XXXXXX").string();
        const int fd = ::mkstemp(path.data());
        if (fd < 0) return fail(ErrorKind::internal, "making the file {}: not possible", path);
        Roots roots{path};
        const auto written = ::write(fd, pem.data(), pem.size());
        ::close(fd);
        if (written != static_cast<ssize_t>(pem.size()))
            return fail(ErrorKind::internal, "writing the file {}: not possible", path);
        return roots;
    }
    Roots(Roots&& other) noexcept : path_{std::exchange(other.path_, {})} {}
    Roots& operator=(Roots&&) = delete;
    ~Roots() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove(path_, ignored);
    }
    const std::string& path() const { return path_; }

private:
    explicit Roots(std::string path) : path_{std::move(path)} {}
    std::string path_;
};

/// What is configured, with the ports that there really are.
struct Present {
    config::Document document;
    std::filesystem::path directory;
    site::Running running;
};

Result<Present> look_at_present(const TrialOrder& order) {
    TRY(auto configuration, order.home.current());
    TRY(const auto digest, crypto::sha256(configuration.text));
    const auto wanted = text::to_hex(digest);
    const auto until = std::chrono::steady_clock::now() + patience;
    auto running = order.running();
    while (running && running->digest != wanted && running->refused_digest != wanted &&
           std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        running = order.running();
    }
    if (!running)
        return fail(ErrorKind::unavailable,
                    "no server runs on {}, so nobody can be asked: start it with `rhumb serve`",
                    order.store.directory().string());
    if (running->digest != wanted)
        return fail(ErrorKind::conflict,
                    "the server does not serve the present configuration{}; mend that first "
                    "(rhumb doctor says more)",
                    running->refusal.empty() ? "" : ": " + running->refusal);
    Present present{std::move(configuration.document), order.home.directory(), *std::move(running)};
    for (auto& site : present.document.sites)
        for (const auto& served : present.running.document.sites)
            if (served.name == site.name) site.bindings = served.bindings;
    return present;
}

/// Where one site is asked over one scheme.
struct Endpoint {
    bool is_secure = true;
    std::string origin;   ///< "https://gis.example.org:8443"
    std::string address;  ///< that is connected to
    std::uint16_t port = 0;
};

std::string host_for(const config::Site& site, const config::Binding& binding,
                     const Present& present, const certs::CredentialSet& certificates) {
    std::string any;
    if (binding.https)
        for (const auto& served : site::all_served(present.document, certificates)) {
            const bool is_here = served.site == site.name && served.binding.is_at(binding);
            if (!is_here || served.host.empty() || !served.choice.is_for_name) continue;
            if (!served.host.starts_with("*.")) return served.host;
            any = "www" + served.host.substr(1);
        }
    for (const auto& host : site.host_names) {
        if (!host.starts_with("*.")) return host;
        if (any.empty()) any = "www" + host.substr(1);
    }
    if (!any.empty()) return any;
    return present.running.hosts.empty() ? "localhost" : present.running.hosts.front();
}

std::vector<Endpoint> endpoints_of(const config::Site& site, const Present& present,
                                   const certs::CredentialSet& certificates) {
    std::vector<Endpoint> endpoints;
    for (const bool is_secure : {true, false}) {
        const auto found = std::ranges::find_if(
            site.bindings, [&](const auto& binding) { return binding.https == is_secure; });
        if (found == site.bindings.end()) continue;
        Endpoint endpoint{.is_secure = is_secure, .origin = {}, .address = {}, .port = found->port};
        endpoint.address = found->address == "*" ? "127.0.0.1" : found->address;
        endpoint.origin = http::make_origin(
            is_secure, host_for(site, *found, present, certificates), found->port);
        endpoints.push_back(std::move(endpoint));
    }
    return endpoints;
}

http::Caller to_caller(const identity::Person& person) {
    return {.by = http::Caller::By::token,
            .user = person.name,
            .roles = person.roles,
            .privilege = person.privilege};
}

/// Chooses whom to ask as: nobody, one active member of each role that rules name, every user they
/// name, and somebody of whom they say nothing.
class Casting {
public:
    Casting(const TrialOrder& order, TrialReport& report) : order_{order}, report_{report} {}

    Result<void> choose(const Named& named) {
        report_.callers.push_back({.name = "nobody", .about = ""});
        TRY_DONE(read_people());
        for (const auto& name : named.users) choose_user(name);
        for (const auto& role : named.roles) choose_member(role);
        choose_other(named);
        return {};
    }

private:
    using PersonPointer = std::shared_ptr<const identity::Person>;

    Result<void> read_people() {
        identity::Page page{.contains = {}, .after = {}, .count_max = 1000};
        while (people_.size() < users_max) {
            TRY(const auto users, order_.people.users().list(page));
            if (users.empty()) break;
            for (const auto& user : users) {
                TRY(auto person, order_.people.load(user.name));
                if (person && person->is_active(order_.clock.now()))
                    people_.push_back(std::move(person));
            }
            page.after = users.back().name;
        }
        return {};
    }

    void take(const identity::Person& person, std::string about) {
        for (auto& caller : report_.callers) {
            if (caller.caller.user != person.name) continue;
            caller.about += ", " + about;
            return;
        }
        report_.callers.push_back(
            {.name = person.name, .about = std::move(about), .caller = to_caller(person)});
    }

    void choose_user(const std::string& name) {
        const auto is_he = [&](const auto& one) { return text::iequals(one->name, name); };
        const auto found = std::ranges::find_if(people_, is_he);
        if (found == people_.end())
            report_.notes.push_back(
                fmt::format("the user «{}» is not there, or not active: not tried", name));
        else
            take(**found, "named in rules");
    }

    void choose_member(const std::string& role) {
        const auto has_it = [&](const auto& one) {
            return std::ranges::binary_search(one->roles, role);
        };
        const auto found = std::ranges::find_if(people_, has_it);
        if (found == people_.end())
            report_.notes.push_back(
                fmt::format("nobody who is active has the role «{}»: not tried", role));
        else
            take(**found, fmt::format("has the role {}", role));
    }

    void choose_other(const Named& named) {
        const auto is_unnamed = [&](const PersonPointer& one) {
            const auto is_role = [&](const auto& role) {
                return std::ranges::binary_search(named.roles, role);
            };
            return !std::ranges::binary_search(named.users, text::to_lower(one->name)) &&
                   std::ranges::none_of(one->roles, is_role);
        };
        const auto found = std::ranges::find_if(people_, is_unnamed);
        if (found == people_.end())
            report_.notes.emplace_back(
                "there is no user whom no rule names: not tried as just anybody who signed in");
        else
            take(**found, "no rule names him");
    }

    const TrialOrder& order_;
    TrialReport& report_;
    std::vector<PersonPointer> people_;
};

/// The tokens of the trial; they end with it.
class Tickets {
public:
    explicit Tickets(const TrialOrder& order) : order_{order} {}
    Tickets(const Tickets&) = delete;
    Tickets& operator=(const Tickets&) = delete;
    ~Tickets() {
        for (const auto& id : ids_) (void)order_.tokens.revoke(id, order_.actor);
    }

    Result<void> give(TrialCaller& caller) {
        if (!caller.caller.is_known()) return {};
        TRY(auto issued, order_.tokens.issue(caller.caller.user, {}, token_lifetime, order_.actor));
        caller.token = std::move(issued.text);
        caller.token_id = issued.facts.id;
        ids_.push_back(caller.token_id);
        return {};
    }

private:
    const TrialOrder& order_;
    std::vector<std::string> ids_;
};

class Trial {
public:
    Trial(const policy::Rules& rules, const std::string& roots, TrialReport& report)
        : rules_{rules}, roots_{roots}, report_{report} {}

    void ask(const config::Site& site, const TrialPath& path, const Endpoint& endpoint,
             const TrialCaller& who, bool has_https) {
        TrialResult result{.site = site.name,
                           .where = path.where,
                           .url = endpoint.origin + path.target,
                           .is_secure = endpoint.is_secure,
                           .caller = who.name};
        const TrialAsker asker{who.caller, !who.token.empty(), endpoint.is_secure,
                               endpoint.address};
        result.expected = expected_verdict(rules_, path, asker, has_https);
        fetch::Question question{.url = result.url,
                                 .headers = {{"accept", "application/json"}},
                                 .address = endpoint.address,
                                 .port = endpoint.port,
                                 .is_cut_at_max = true,
                                 .roots_file = roots_};
        if (!who.token.empty())
            question.headers.push_back({"authorization", "Bearer " + who.token});
        const auto answer = fetch::ask(question);
        if (answer) {
            result.found = read_verdict(*answer, path.is_gis, endpoint.is_secure);
        } else {
            result.found = Verdict::unreachable;
            result.trouble = answer.error().message;
        }
        report_.results.push_back(std::move(result));
    }

private:
    const policy::Rules& rules_;
    const std::string& roots_;
    TrialReport& report_;
};

}  // namespace

Result<TrialReport> run_trial(const TrialOrder& order) {
    TRY(const auto present, look_at_present(order));
    TRY(const auto roots, Roots::write(order));
    certs::Credentials credentials;
    const certs::Inventory inventory{order.store, order.seal};
    TRY_DONE(credentials.reload(inventory, order.clock.now()));

    std::vector<policy::Rules> rules;
    Named named;
    for (const auto& site : present.document.sites) {
        rules.push_back(site::rules_of(present.document, site, [&](const auto& location) {
            return site::is_single_file(site, location, present.directory);
        }));
        const auto some = named_in(rules.back());
        named.roles.insert(named.roles.end(), some.roles.begin(), some.roles.end());
        named.users.insert(named.users.end(), some.users.begin(), some.users.end());
    }
    for (auto* const names : {&named.roles, &named.users}) {
        std::ranges::sort(*names);
        names->erase(std::unique(names->begin(), names->end()), names->end());
    }

    TrialReport report;
    TRY_DONE(Casting(order, report).choose(named));
    Tickets tickets{order};
    for (auto& caller : report.callers) TRY_DONE(tickets.give(caller));

    for (std::size_t i = 0; i < present.document.sites.size(); ++i) {
        const auto& site = present.document.sites[i];
        const auto endpoints = endpoints_of(site, present, *credentials.current());
        const bool has_https = std::ranges::any_of(endpoints, &Endpoint::is_secure) ||
                               present.document.server.public_url.starts_with("https://");
        Trial trial{rules[i], roots.path(), report};
        for (const auto& path : trial_paths(present.document, site, rules[i]))
            for (const auto& endpoint : endpoints)
                for (const auto& who : report.callers)
                    trial.ask(site, path, endpoint, who, has_https);
    }
    for (auto& caller : report.callers) caller.token.clear();
    return report;
}

}  // namespace rhumb::wizard
