#pragma once
/// The examination: runs all checks that apply, one after the other, each bounded in time, and
/// brings together what they found. Looks only; changes nothing. Blocks: never on a loop.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"
#include "base/result.h"
#include "doctor/diagnosis.h"
#include "doctor/target.h"
#include "net/address.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "site/running.h"
#include "tls/profile.h"
#include "trust/client_store.h"

namespace rhumb::doctor {

/// The roots that one client of this machine trusts; the caller gathers them.
struct Anchors {
    /// As on the command line: "system", "nss", "java"; "public": the list that browsers come with,
    /// which nobody adds to; "file": one that was named.
    std::string kind{};
    std::string client{};  ///< for a person: "Chromium, /home/ann/.pki/nssdb"
    std::vector<pki::Certificate> roots{};
    /// What makes this client trust the authority in question; "" when nothing does.
    std::string command{};
};

/// Bounds. Nothing runs longer, whatever a server does.
struct Limits {
    std::chrono::milliseconds total{60'000};      ///< all of one server
    std::chrono::milliseconds connection{5'000};  ///< one connection until it stands
    std::chrono::milliseconds answer{10'000};     ///< one question and its answer
    int connections_max = 60;                     ///< of the survey of TLS
};

/// The name of the step that begins; called on the thread that examines.
using Progress = std::function<void(std::string_view step)>;

/// What is promised of a server of our own: then it is held against that.
struct Promise {
    tls::Profile profile = tls::Profile::intermediate;
    /// What it should show for the name: fingerprints (SHA-256, 32 bytes) of leaves.
    std::vector<std::string> fingerprints{};
    /// Roots of this installation. That this machine does not trust them yet is not held against
    /// the server (the installation's own checks tell).
    std::vector<pki::Certificate> roots{};
    std::string site{};     ///< which of the sites
    bool is_named = false;  ///< the configuration names the host: it should lead here
};

/// Examining a server, ours or anybody's. What is pointed to outlives the call.
struct ServerOrder {
    Target target{};
    const Clock* clock = nullptr;  ///< never null
    std::vector<Anchors> anchors{};
    /// Lists that were given by hand; those that the server in question has are fetched anyway.
    std::vector<pki::Crl> crls{};
    bool asks_authority = false;  ///< others than the server may be asked: revocation lists
    /// Connect here instead of where the name leads: for our own endpoints.
    std::optional<net::Address> address{};
    /// The port of http beside an https target; without it, 80.
    std::optional<std::uint16_t> clear_port{};
    std::optional<Promise> promise{};
    bool is_survey_wanted = true;  ///< false: another host of the same endpoint was surveyed
    Limits limits{};
    Progress progress{};  ///< may be empty
};

/// Examines one server: names, port, TLS, certificates, clients, revocation, then HTTP, pages and
/// map services. A server that cannot be reached is a finding, never an error.
Diagnosis examine_server(const ServerOrder& order);

/// Examining this installation. What is pointed to outlives the call.
struct InstallationOrder {
    std::filesystem::path data{};                        ///< the data directory
    std::optional<std::filesystem::path> master_key{};   ///< a systemd credential, in place of the
                                                         ///< file in the data directory
    std::optional<std::filesystem::path> config_file{};  ///< the configuration's home, if a file
    std::optional<pid_t> process{};                      ///< of the server that runs here
    std::optional<site::Running> running{};              ///< what that says of itself
    std::filesystem::path program{};                     ///< `rhumb` itself, for commands
    trust::Places places{};                              ///< where trust stores are
    const Clock* clock = nullptr;                        ///< never null
    std::vector<Anchors> anchors{};
    Limits limits{};
    Progress progress{};  ///< may be empty
    bool is_root = false;
};

/// The checks of the installation first, in one diagnosis; then one diagnosis for each place that
/// is served (endpoint and host), when a server runs. `unavailable` is never the answer of a broken
/// installation: that is what it is for.
std::vector<Diagnosis> examine_installation(const InstallationOrder& order);

}  // namespace rhumb::doctor
