#include "identity/throttle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <mutex>
#include <vector>

#include <arpa/inet.h>

#include "base/text.h"
#include "crypto/hash.h"

namespace rhumb::identity {

namespace {

using std::chrono::seconds;

constexpr std::size_t ways = 8;
constexpr std::uint32_t free_failures = 3;
constexpr seconds local_wait_max{30};
/// What an account that many guess at takes in an hour, in account_failures.
constexpr double account_share = 3;
constexpr seconds account_window{3600};
/// How long a strange address waits for its turn at such an account.
constexpr seconds turn_wait{10};
constexpr seconds known_for{30 * 24 * 3600};

/// What is kept of a pair, an address or an account.
struct Place {
    std::uint64_t key = 0;  ///< 0: free
    std::int64_t last = 0;  ///< seconds, when it was touched
    std::int64_t not_before = 0;
    double level = 0;  ///< of an address or an account: failures that have not run out yet
    std::uint32_t failures = 0;  ///< of a pair: in a row
    bool is_own = false;         ///< of a pair: somebody signed in so
    bool has_turn = false;       ///< of a pair: may try once, at not_before

    /// What is forgotten for something new: the least.
    int importance() const {
        if (key == 0) return 0;
        if (is_own) return 3;
        return failures > 0 || level >= 1 ? 2 : 1;
    }
};

bool is_local(std::string_view address) { return address == "127.0.0.1" || address == "::1"; }

std::string one_address(const unsigned char* bytes, int family) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, bytes, text.data(), text.size());
    return text.data();
}

}  // namespace

std::string throttled_address(std::string_view address) {
    // A zone ("fe80::1%eth0") is not a part of the address.
    const std::string text{address.substr(0, address.find('%'))};
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
        return one_address(bytes.data(), AF_INET);
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(mapped.begin(), mapped.end(), bytes.begin()))
        return one_address(bytes.data() + mapped.size(), AF_INET);
    const auto whole = one_address(bytes.data(), AF_INET6);
    if (whole == "::1") return whole;
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return one_address(bytes.data(), AF_INET6) + "/64";
}

struct Throttle::State {
    std::string secret;
    mutable std::mutex mutex{};
    ThrottleLimits limits{};
    std::vector<Place> places{};

    std::uint64_t key_of(std::string_view kind, std::string_view account,
                         std::string_view address) const {
        const auto digest = crypto::sha256(
            fmt::format("{}{}\n{}\n{}", secret, kind, address, text::to_lower(account)));
        std::uint64_t key = 0;
        if (digest) std::memcpy(&key, digest->data(), sizeof key);
        return std::max<std::uint64_t>(key, 1);
    }

    /// The place of that key, made where there is none.
    Place& at(std::uint64_t key) {
        const auto begin =
            places.begin() + static_cast<std::ptrdiff_t>(key % (places.size() / ways) * ways);
        const auto end = begin + static_cast<std::ptrdiff_t>(ways);
        auto found = std::find_if(begin, end, [key](const Place& one) { return one.key == key; });
        if (found != end) return *found;
        found = std::min_element(begin, end, [](const Place& one, const Place& other) {
            return std::pair{one.importance(), one.last} <
                   std::pair{other.importance(), other.last};
        });
        *found = Place{.key = key};
        return *found;
    }

    Place& pair(std::string_view account, std::string_view address, std::int64_t now) {
        auto& place = at(key_of("pair", account, address));
        const auto age = seconds{std::abs(now - place.last)};
        if (age > std::max<seconds>(2 * limits.account_wait, account_window)) {
            place.failures = 0;
            place.has_turn = false;
            place.not_before = 0;
        }
        if (age > known_for) place.is_own = false;
        // A clock that was set back must not make anybody wait for what it jumped.
        if (place.not_before - now > std::max(limits.account_wait, account_window).count())
            place.not_before = 0;
        return place;
    }

    /// A bucket that takes `capacity` failures and lets them run out within `window`.
    Place& bucket(std::string_view kind, std::string_view account, std::string_view address,
                  double capacity, seconds window, std::int64_t now) {
        auto& place = at(key_of(kind, account, address));
        const auto gone = static_cast<double>(std::max<std::int64_t>(now - place.last, 0));
        place.level =
            std::max(0.0, place.level - gone * capacity / static_cast<double>(window.count()));
        place.last = now;
        return place;
    }
    double address_capacity() const { return std::max(1.0, double{1} * limits.address_failures); }
    double account_capacity() const {
        return std::max(1.0, account_share * limits.account_failures);
    }
    Place& of_address(std::string_view address, std::int64_t now) {
        return bucket("address", "", address, address_capacity(), limits.address_window, now);
    }
    Place& of_account(std::string_view account, std::int64_t now) {
        return bucket("account", account, "", account_capacity(), account_window, now);
    }

    seconds wait_of_address(const Place& place) const {
        const auto over = place.level + 1 - address_capacity();
        if (over <= 0) return seconds{0};
        const auto rate = address_capacity() / static_cast<double>(limits.address_window.count());
        return seconds{static_cast<std::int64_t>(std::ceil(over / rate))};
    }

    /// How long after that many failures in a row.
    seconds wait_after(std::uint32_t failures, bool local) const {
        auto wait = seconds{0};
        if (failures >= limits.account_failures)
            wait = limits.account_wait;
        else if (failures >= free_failures)
            wait = std::min(seconds{1LL << std::min(failures - free_failures, 20U)},
                            limits.account_wait);
        return local ? std::min(wait, local_wait_max) : wait;
    }

    /// Takes back what was counted for one try; `pair` is left to the caller.
    void take_back(std::string_view account, std::string_view address, std::int64_t now,
                   bool was_own) {
        if (is_local(address)) return;
        auto& all = of_address(address, now);
        all.level = std::max(0.0, all.level - 1);
        if (was_own) return;
        auto& anywhere = of_account(account, now);
        anywhere.level = std::max(0.0, anywhere.level - 1);
    }
};

Throttle::Throttle(std::string secret, std::size_t place_count)
    : state_{new State{.secret = std::move(secret)}} {
    state_->places.resize(std::max(place_count / ways, std::size_t{1}) * ways);
}

Throttle::~Throttle() = default;

void Throttle::set_limits(const ThrottleLimits& limits) {
    const std::lock_guard lock{state_->mutex};
    state_->limits = limits;
    state_->limits.account_failures = std::max(limits.account_failures, 1U);
    state_->limits.address_failures = std::max(limits.address_failures, 1U);
    state_->limits.address_window = std::max(limits.address_window, seconds{1});
}

Throttle::Verdict Throttle::admit(std::string_view account, std::string_view from, Seconds time) {
    if (from.empty()) return {};
    const auto address = throttled_address(from);
    const bool local = is_local(address);
    const auto now = time.time_since_epoch().count();
    const std::lock_guard lock{state_->mutex};
    auto& state = *state_;
    // One after the other: to take a place may cost another its own.
    if (!local)
        if (const auto wait = state.wait_of_address(state.of_address(address, now));
            wait.count() > 0)
            return {.wait = wait};
    const bool is_hot =
        !local && state.of_account(account, now).level + 1 > state.account_capacity();
    auto& pair = state.pair(account, address, now);
    pair.last = now;
    if (now < pair.not_before) return {.wait = seconds{pair.not_before - now}};
    if (is_hot && !pair.is_own && !pair.has_turn) {
        pair.has_turn = true;
        pair.not_before = now + turn_wait.count();
        return {.wait = turn_wait};
    }
    pair.has_turn = false;
    pair.failures = std::min(pair.failures + 1, state.limits.account_failures);
    const auto wait = state.wait_after(pair.failures, local);
    pair.not_before = wait.count() > 0 ? now + wait.count() : 0;
    const Verdict verdict{.is_last = !local && pair.failures == state.limits.account_failures};
    const bool is_own = pair.is_own;
    if (!local) {
        state.of_address(address, now).level += 1;
        if (!is_own) state.of_account(account, now).level += 1;
    }
    return verdict;
}

void Throttle::succeeded(std::string_view account, std::string_view from, Seconds time) {
    if (from.empty()) return;
    const auto address = throttled_address(from);
    const auto now = time.time_since_epoch().count();
    const std::lock_guard lock{state_->mutex};
    auto& pair = state_->pair(account, address, now);
    const bool was_own = pair.is_own;
    pair = Place{.key = pair.key, .last = now, .is_own = true};
    state_->take_back(account, address, now, was_own);
}

void Throttle::undone(std::string_view account, std::string_view from, Seconds time) {
    if (from.empty()) return;
    const auto address = throttled_address(from);
    const auto now = time.time_since_epoch().count();
    const std::lock_guard lock{state_->mutex};
    auto& pair = state_->pair(account, address, now);
    const bool was_own = pair.is_own;
    pair.failures -= std::min(pair.failures, 1U);
    pair.not_before = 0;
    state_->take_back(account, address, now, was_own);
}

std::size_t Throttle::taken() const {
    const std::lock_guard lock{state_->mutex};
    return static_cast<std::size_t>(
        std::ranges::count_if(state_->places, [](const Place& one) { return one.key != 0; }));
}

}  // namespace rhumb::identity
