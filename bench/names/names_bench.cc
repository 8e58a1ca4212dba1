/// Whether the time of a refusal tells which names there are: processor time of refusals, of a
/// user with a wrong password, of a name that nobody has, of a disabled user and of one without a
/// password, in random order, each from an address of its own.
///
///   names_bench [refusals of each kind]
///
/// Twice: with a hash that costs next to nothing, so that all the rest shows (the throttle, the
/// store, the trail, the log); and with the hash of a new installation. Of each kind the difference
/// of its median to that of the first, and the range in which 95 of 100 such differences lie when
/// the kinds are shuffled (a permutation test): what is within is chance.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "crypto/random.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "identity/sign_in.h"

namespace {

using namespace rhumb;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "names_bench: %s\n", result.error().message.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Every look is a minute later, so that every refusal goes into the trail.
class FastClock final : public Clock {
public:
    Seconds now() const override { return Seconds{std::chrono::seconds{seconds}}; }
    std::int64_t seconds = 1'000'000;
};

struct Directory {
    Directory() {
        auto pattern = (std::filesystem::temp_directory_path() / "rhumb-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) std::exit(1);
        path = pattern;
    }
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    std::filesystem::path path;
};

struct Kind {
    std::string what;
    std::string user;
    std::vector<double> microseconds{};
};

double processor_microseconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// By chance alone: the difference that 95 of 100 shuffles do not pass.
double by_chance(const std::vector<double>& one, const std::vector<double>& other,
                 std::mt19937& random) {
    auto all = one;
    all.insert(all.end(), other.begin(), other.end());
    const auto half = all.begin() + static_cast<std::ptrdiff_t>(one.size());
    std::vector<double> differences;
    for (int round = 0; round < 1000; ++round) {
        std::ranges::shuffle(all, random);
        differences.push_back(std::abs(median({half, all.end()}) - median({all.begin(), half})));
    }
    std::ranges::sort(differences);
    return differences[949];
}

std::vector<Kind> measure(const crypto::HashCost& cost, std::size_t count, std::mt19937& random) {
    const Directory directory;
    FastClock clock;
    auto store = must(storage::Store::open(directory.path));
    auto users = must(identity::EmbeddedUsers::open(store, clock, cost));
    identity::EmbeddedRoles roles{store, clock};
    const identity::Actor actor{"bench", "bench"};
    constexpr std::string_view password = "a long password for a bench";
    must(users->add({.name = "ann"}, password, actor));
    must(users->add({.name = "dora"}, password, actor));
    must(users->update("dora", {.name = "dora", .disabled = clock.now()}, actor));
    must(users->add({.name = "bob"}, std::nullopt, actor));

    const auto seal = must(crypto::Seal::make(must(crypto::random_secret(32))));
    const auto log = observe::Log::to_stderr(observe::Level::error);
    identity::People people{*users, roles, clock};
    identity::SignIns sign_ins{people, store, seal, clock, log};
    sign_ins.set_limits({.account_failures = 1'000'000'000, .address_failures = 1'000'000'000});

    std::vector<Kind> kinds{{"wrong password", "ann"},
                            {"wrong password again", "ann"},  // what chance does
                            {"a name that nobody has", "eve"},
                            {"disabled", "dora"},
                            {"no password", "bob"}};
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < kinds.size() * (count + 2); ++i) order.push_back(i % kinds.size());
    std::shuffle(order.begin() + static_cast<std::ptrdiff_t>(2 * kinds.size()), order.end(),
                 random);
    std::size_t done = 0;
    for (const auto at : order) {
        clock.seconds += 60;
        const auto address = fmt::format("10.{}.{}.{}", done / 65536, done / 256 % 256, done % 256);
        const auto began = processor_microseconds();
        const auto entrance =
            sign_ins.attempt({.user = kinds[at].user, .password = "a guess", .from = address});
        const auto took = processor_microseconds() - began;
        if (entrance.outcome != identity::Entrance::Outcome::refused) std::abort();
        // The first of each warm up.
        if (done++ >= 2 * kinds.size()) kinds[at].microseconds.push_back(took);
    }
    return kinds;
}

void report(std::string_view what, const std::vector<Kind>& kinds, std::mt19937& random) {
    std::printf("%s\n", std::string{what}.c_str());
    const auto first = median(kinds.front().microseconds);
    for (const auto& kind : kinds) {
        std::printf("  %-24s median %10.1f us", kind.what.c_str(), median(kind.microseconds));
        if (&kind != &kinds.front())
            std::printf("  differs by %+8.1f, by chance up to %.1f",
                        median(kind.microseconds) - first,
                        by_chance(kinds.front().microseconds, kind.microseconds, random));
        std::printf("  (%zu)\n", kind.microseconds.size());
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto count = argc > 1 ? text::to_integer(argv[1]).value_or(0) : 400;
    if (count < 8) {
        std::fprintf(stderr, "names_bench [refusals of each kind, 8 at least]\n");
        return 2;
    }
    std::mt19937 random{41};
    const auto of_each = static_cast<std::size_t>(count);
    report("with a hash of 8 KiB and one pass", measure({1, 8192}, 20 * of_each, random), random);
    const auto cost = must(crypto::measure_hash_cost(std::chrono::milliseconds{250}));
    report(
        fmt::format("with a hash of {} MiB and {} passes", cost.memory_bytes >> 20U, cost.passes),
        measure(cost, of_each, random), random);
}
