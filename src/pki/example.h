#pragma once
/// For tests: a small authority, made anew each time. Not for programs.

#include <chrono>
#include <string>
#include <vector>

#include "pki/chain.h"
#include "pki/issue.h"

namespace rhumb::pki {

/// 2026-03-01 12:00:00 UTC.
inline constexpr Seconds example_now =
    std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{12};

inline std::vector<Name> example_names(const std::vector<std::string>& texts) {
    return *parse_names(texts);
}

inline NameConstraints example_constraints() {
    return {{"localhost", "test"},
            {*AddressRange::parse("127.0.0.0/8"), *AddressRange::parse("::1/128")}};
}

/// A constrained root, an intermediate below it, and leaves on demand.
struct ExampleAuthority {
    Key root_key = *Key::generate(KeyType::ec_p256);
    Certificate root = *issue_self_signed({.usage = Usage::root,
                                           .common_name = "Example root",
                                           .names = {},
                                           .now = example_now,
                                           .lifetime = std::chrono::days{3650},
                                           .constraints = example_constraints()},
                                          root_key);
    Key intermediate_key = *Key::generate(KeyType::ec_p256);
    Certificate intermediate = *issue({.usage = Usage::intermediate,
                                       .common_name = "Example intermediate",
                                       .names = {},
                                       .now = example_now,
                                       .lifetime = std::chrono::days{365},
                                       .constraints = {}},
                                      intermediate_key.public_key(), {root, root_key});

    /// What issue() says to a server certificate for `key` with those names.
    Result<Certificate> try_issue(const std::vector<std::string>& names, const Key& key,
                                  std::chrono::seconds lifetime = std::chrono::days{90}) const {
        return issue({.usage = Usage::server,
                      .common_name = "",
                      .names = example_names(names),
                      .now = example_now,
                      .lifetime = lifetime,
                      .constraints = {}},
                     key.public_key(), {intermediate, intermediate_key});
    }

    /// Leaf and intermediate.
    Chain chain(const std::vector<std::string>& names, const Key& key) const {
        return *Chain::make({*try_issue(names, key), intermediate});
    }
};

}  // namespace rhumb::pki
