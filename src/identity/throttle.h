#pragma once
/// Throttle: slows down who guesses passwords, without locking out whose password is guessed.
///
/// Failures are counted three ways:
///
/// - **an account from an address**, in a row: three are free, then one waits a second, two, four
/// …;
///   after `account_failures` that address waits `account_wait` for that account;
/// - **an address**, whatever the account: `address_failures` at once, then as many in
///   `address_window`;
/// - **an account from anywhere**: after three times `account_failures` within an hour, an address
///   that this account has not been signed in from has to wait a little, once for each try. So who
///   guesses from a thousand addresses is slowed, and the owner, who comes from his own or waits
///   for that moment, still gets in.
///
/// The machine itself (127.0.0.1, ::1) never waits longer than half a minute; "" (the command line)
/// never waits.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace rhumb::identity {

struct ThrottleLimits {
    std::uint32_t account_failures = 10;
    std::chrono::seconds account_wait{15 * 60};
    std::uint32_t address_failures = 50;
    std::chrono::seconds address_window{10 * 60};

    bool operator==(const ThrottleLimits&) const = default;
};

/// Any thread; never blocks for long. What it keeps is of a fixed size: the least important is
/// forgotten first.
class Throttle {
public:
    static constexpr std::size_t places = std::size_t{1} << 15U;  ///< 40 bytes each

    /// `secret`: random, so that nobody can choose names that push out others. `places`: a power of
    /// two, at least 8.
    Throttle(std::string secret, std::size_t place_count = places);
    ~Throttle();

    void set_limits(const ThrottleLimits& limits);

    struct Verdict {
        std::chrono::seconds wait{};  ///< zero: go on
        /// With this try the address has come to `account_failures` for the account.
        bool is_last = false;
    };
    /// Whether an attempt may be looked at. It then counts as a failure already, so that many at
    /// once are no way around; until succeeded() or undone() takes that back.
    Verdict admit(std::string_view account, std::string_view address, Seconds now);
    /// The password (and code) was right: nothing is left of this account from this address, which
    /// is its own from now on.
    void succeeded(std::string_view account, std::string_view address, Seconds now);
    /// Nothing was wrong so far: takes back what admit() counted.
    void undone(std::string_view account, std::string_view address, Seconds now);

    /// How many places are taken.
    std::size_t taken() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// As addresses are counted: IPv6 by its first 64 bits, for who has one has them all; IPv4-mapped
/// as IPv4.
std::string throttled_address(std::string_view address);

}  // namespace rhumb::identity
