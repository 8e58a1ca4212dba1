#pragma once
/// What was seen of where users and roles are: plain values, for judgements without a network.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "providers/report.h"

namespace rhumb::doctor {

/// A provider that users or roles are in.
struct ProviderSeen {
    std::string name{};
    std::string kind{};
    bool is_unencrypted = false;  ///< by `insecurely_without_tls`
    std::string secret_place{};   ///< "store:county"; "": it needs none
    std::string secret_fault{};   ///< why that cannot be read; "": it can, or none is needed
    /// What came of trying a connection; no step: it was not tried.
    providers::ConnectionTest test{};
    /// Its certificate, where it shows one at an address that the configuration names.
    std::optional<Seconds> certificate_ends{};
    std::string host{};  ///< the one of that certificate
};

struct PeopleSeen {
    std::string users{};  ///< the name of a provider, or "embedded"
    std::string roles{};
    std::vector<ProviderSeen> providers{};
    std::size_t administrators = 0;             ///< local ones who can sign in
    std::vector<std::string> hidden{};          ///< local ones that hide somebody outside
    std::optional<providers::Report> report{};  ///< of the server that runs
};

}  // namespace rhumb::doctor
