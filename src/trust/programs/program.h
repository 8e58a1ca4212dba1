#pragma once
/// Programs that reach for the Web, and which roots each of them believes. Those of this machine
/// are found on PATH and asked themselves, without network.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pki/certificate.h"
#include "trust/places.h"

namespace rhumb::trust {

/// SHA-256 digests of certificates, 32 bytes each.
using Fingerprints = std::set<std::string, std::less<>>;

/// What a person's programs see. Only `cli` reads the environment.
struct Surroundings {
    Places places{};
    /// Those of program_variables() that are set.
    std::map<std::string, std::string, std::less<>> variables{};

    /// "" when it is not set.
    std::string variable(std::string_view name) const;
};

/// The variables of the environment on which it depends whom these programs believe.
std::span<const std::string_view> program_variables();

/// Whether a program believes a root.
enum class Belief { yes, no, unknown };
/// "trusts", "does not trust", "not known".
std::string_view to_text(Belief belief);

/// One program, as it is set up for this person.
struct Program {
    std::string name;  ///< "Node.js", "Python requests"
    std::string version{};
    std::filesystem::path path{};
    std::string reads{};  ///< where its roots come from: "/etc/ssl/certs/ca-certificates.crt"
    /// All roots that it believes; nothing when that cannot be told.
    std::optional<Fingerprints> roots{};
    /// The program itself told its roots, or where it reads them; else it is known from its
    /// documentation and settings.
    bool is_asked = false;
    std::string note{};  ///< what else is to be known: "it checks no certificate: …"; "" without
    std::string remedy{};  ///< how it comes to trust a root: a command, or a setting

    Belief belief(const pki::Certificate& root) const;
};

/// All programs that are found, in a fixed order. Blocks for some seconds (it runs each of them,
/// Java among them), at most half a minute for each.
std::vector<Program> find_programs(const Surroundings& surroundings);

}  // namespace rhumb::trust
