#pragma once
/// What each kind of client says of a server's certificates, and why: pure.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "doctor/diagnosis.h"
#include "doctor/examine.h"
#include "pki/certificate.h"
#include "pki/names.h"

namespace rhumb::doctor {

std::span<const Rule> client_rules();

/// What a server shows, and who looks at it.
struct Showing {
    std::string about{};                           ///< "https://gis.example.org"
    std::vector<pki::Certificate> certificates{};  ///< the leaf first; not empty
    std::optional<pki::Name> name{};               ///< that clients ask for
    std::vector<Anchors> anchors{};
    std::vector<pki::Certificate> own_roots{};  ///< of a Promise
    std::string host_in_commands{};             ///< "gis.example.org:8443"
    Seconds now{};
};

/// One verdict for each of `anchors`, in their order.
std::vector<ClientVerdict> ask_clients(const Showing& showing);

/// True when a client may know the authority, and refuses for another reason; or accepts.
bool knows_authority(const ClientVerdict& verdict);

/// What is wrong with certificates and chain: lint's findings (with their identifiers), and those
/// about clients that do not know the authority. One fault is one finding.
std::vector<Finding> judge_certificates(const Showing& showing,
                                        const std::vector<ClientVerdict>& verdicts);

}  // namespace rhumb::doctor
