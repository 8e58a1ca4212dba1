/// What one place of users and roles can: logins, look-ups and roles a second, and the processor
/// time of this program, of its children, and of the process that is named.
///
///     stores_bench CONFIG USER PASSWORD SECONDS THREADS [PID]
///
/// CONFIG: a configuration with one [[security.provider]], or with none: the embedded store. Prints
/// one line of JSON.

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <sstream>
#include <thread>

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "base/files.h"
#include "config/parse.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "identity/people.h"
#include "providers/provider.h"
#include "storage/known_people.h"

namespace {

using namespace rhumb;
using Steady = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

template <class T>
T must(Result<T> result) {
    if (result) return *std::move(result);
    std::cerr << result.error().message << "\n";
    std::exit(1);
}

void must(const Result<void>& result) {
    if (result) return;
    std::cerr << result.error().message << "\n";
    std::exit(1);
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double processor_seconds(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

/// Of a process and its children, those that have ended included.
double processor_seconds_of(const std::string& pid) {
    if (pid.empty()) return 0;
    double ticks = 0;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
        std::ifstream file{entry.path() / "stat"};
        std::string text;
        if (!std::getline(file, text)) continue;
        std::istringstream fields{text.substr(text.rfind(')') + 1)};
        std::vector<std::string> all{std::istream_iterator<std::string>{fields}, {}};
        const bool is_it = entry.path().filename() == pid;
        if (all.size() < 15 || (!is_it && all[1] != pid)) continue;
        for (const std::size_t one : {11U, 12U}) ticks += std::stod(all[one]);
        if (is_it)
            for (const std::size_t one : {13U, 14U}) ticks += std::stod(all[one]);
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

struct Bench {
    std::chrono::seconds length;
    unsigned threads;
    std::string pid;
    Json told = Json::object();

    /// How often `once` can be done a second, and what each costs in milliseconds of processor.
    void measure(const std::string& name, const std::function<bool()>& once) {
        if (!once()) {
            std::cerr << name << " fails\n";
            std::exit(1);
        }
        std::atomic<std::uint64_t> count = 0;
        std::atomic<std::uint64_t> failures = 0;
        const auto store_before = processor_seconds_of(pid);
        const auto before = processor_seconds(RUSAGE_SELF);
        const auto begin = Steady::now();
        const auto end = begin + length;
        {
            std::vector<std::jthread> all;
            for (unsigned one = 0; one < threads; ++one)
                all.emplace_back([&] {
                    while (Steady::now() < end) ++(once() ? count : failures);
                });
        }
        const auto took = std::chrono::duration<double>(Steady::now() - begin).count();
        const auto done = static_cast<double>(std::max(count.load(), std::uint64_t{1}));
        told[name] = {{"per_second", static_cast<double>(count) / took},
                      {"own_ms", (processor_seconds(RUSAGE_SELF) - before) * 1e3 / done},
                      {"store_ms", (processor_seconds_of(pid) - store_before) * 1e3 / done},
                      {"failures", failures.load()}};
    }
};

/// A user that a provider of OpenID Connect has told of just now.
void know(storage::Store& store, const std::string& issuer, const std::string& user, Seconds now) {
    must(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        storage::KnownPersonRecord person;
        person.provider = issuer;
        person.subject = "subject";
        person.name = user;
        person.roles = {"planners"};
        person.created = person.checked = now;
        TRY_DONE(storage::add_known_person(transaction, person));
        return {};
    }));
}

void run(Bench& bench, identity::UserStore& users, identity::RoleStore& roles, const Clock& clock,
         const std::string& user, const std::string& password, bool has_passwords) {
    bench.measure("find", [&] {
        const auto found = users.find(user);
        return found && *found;
    });
    bench.measure("roles", [&] { return roles.standing(user).has_value(); });
    identity::People people{users, roles, clock, std::chrono::seconds{3600}};
    must(people.load(user));
    bench.measure("remembered", [&] { return people.find(user) != nullptr; });
    if (!has_passwords) return;
    bench.measure("sign_in", [&] {
        const auto sign_in = users.sign_in(user, password);
        return sign_in && sign_in->is_accepted();
    });
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> arguments{words + 1, words + count};
    if (arguments.size() < 5) {
        std::cerr << "stores_bench CONFIG USER PASSWORD SECONDS THREADS [PID]\n";
        return 2;
    }
    const auto& user = arguments[1];
    const auto& password = arguments[2];
    const auto folder =
        std::filesystem::temp_directory_path() / fmt::format("stores-{}", ::getpid());
    std::filesystem::create_directory(folder);
    Bench bench{std::chrono::seconds{std::stoi(arguments[3])},
                static_cast<unsigned>(std::stoul(arguments[4])),
                arguments.size() > 5 ? arguments[5] : ""};
    {
        const auto document =
            must(config::parse_or_fail(must(read_file(arguments[0])), arguments[0]));
        const SystemClock clock;
        const auto log = observe::Log::to_nowhere();
        auto store = must(storage::Store::open(folder));
        const auto seal = must(crypto::Seal::make(crypto::Secret{crypto::Seal::key_size}));
        if (document.security.providers.empty()) {
            auto users = identity::EmbeddedUsers::open_later(store, clock);
            identity::EmbeddedRoles roles{store, clock};
            must(users->add({.name = user}, password, {"bench", ""}));
            run(bench, *users, roles, clock, user, password, true);
        } else {
            const auto& settings = document.security.providers.front();
            const providers::Surroundings surroundings{store, seal, clock, log};
            if (const auto* openid = std::get_if<config::OpenIdProvider>(&settings.settings))
                know(store, openid->issuer, user, clock.now());
            const auto children = processor_seconds(RUSAGE_CHILDREN);
            {
                const auto provider = must(providers::make_provider(settings, surroundings));
                run(bench, *provider->users(), *provider->roles(), clock, user, password,
                    provider->browser_sign_in() == nullptr);
            }
            bench.told["children_seconds"] = processor_seconds(RUSAGE_CHILDREN) - children;
        }
    }
    std::filesystem::remove_all(folder);
    std::cout << bench.told.dump() << "\n";
    return 0;
}
