#pragma once
/// For tests: a store in a directory of its own, with a seal, and a machine.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "certs/authority.h"
#include "certs/first_start.h"
#include "certs/host_names.h"
#include "crypto/random.h"
#include "crypto/seal.h"
#include "storage/store.h"

namespace rhumb::certs {

/// 2026-03-01 12:00:00 UTC.
inline constexpr Seconds example_now =
    std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{12};

inline const Actor example_actor{"ann", "a test"};

inline HostFacts example_machine() {
    return {.host_name = "Chart-Room",
            .names = {"chart-room.example.org"},
            .addresses = {"192.168.7.2", "203.0.113.9", "fe80::1%eth0", "fd00::7"},
            .wanted = {}};
}

/// The value itself, so that a range-for may go over it.
template <class T>
T value_of(Result<T> result) {
    return std::move(result).value();
}

/// The directory goes with it.
class ExampleStore {
public:
    ExampleStore() : directory_{make_directory()}, store{*storage::Store::open(directory_)} {}
    ~ExampleStore() {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    ExampleStore(const ExampleStore&) = delete;
    ExampleStore& operator=(const ExampleStore&) = delete;

    /// What is in the audit trail, oldest first: "authority.created Rhumb local authority …".
    std::vector<std::string> events() const {
        std::vector<std::string> lines;
        const auto events = store.read([](const storage::View& view) { return view.events(); });
        for (const auto& event : *events)
            lines.insert(lines.begin(), event.what + " " + event.subject);
        return lines;
    }

private:
    static std::filesystem::path make_directory() {
        std::string made = (std::filesystem::temp_directory_path() / "rhumb-certs-XXXXXX").string();
        return mkdtemp(made.data());
    }
    std::filesystem::path directory_;

public:
    storage::Store store;
    crypto::Seal seal = *crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size));
};

}  // namespace rhumb::certs
