#pragma once
/// Judgements about names, addresses and ports: pure.

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "doctor/finding.h"
#include "doctor/name_look.h"
#include "doctor/target.h"

namespace rhumb::doctor {

std::span<const Rule> name_rules();

/// What looking the name up came to.
std::vector<Finding> judge_name(const Target& target, const Resolution& resolution);

struct JudgedContacts {
    std::vector<Finding> findings{};
    std::vector<std::string> untried{};  ///< what could not be tried from here
};

/// What connecting to the addresses, each for `limit` at most, came to.
JudgedContacts judge_contacts(const Target& target, const std::vector<Contact>& contacts,
                              std::chrono::milliseconds limit);

/// The certificate that one address shows for the name.
struct Shown {
    net::Address address{};
    std::string fingerprint{};  ///< SHA-256 of the leaf; "": none was shown
    std::string fault{};        ///< why not
};

/// Whether all addresses of a name show the same: `shown` are those of one target.
std::vector<Finding> judge_shown(const Target& target, const std::vector<Shown>& shown);

/// For a name of a site of ours: where it leads for this machine, and what is shown there.
struct Elsewhere {
    std::string host{};
    Resolution resolution{};
    std::vector<std::string> own{};   ///< addresses of this machine
    std::vector<Shown> shown{};       ///< at addresses that are not
    std::vector<std::string> ours{};  ///< fingerprints that it would show
};
std::vector<Finding> judge_elsewhere(const Elsewhere& elsewhere);

}  // namespace rhumb::doctor
