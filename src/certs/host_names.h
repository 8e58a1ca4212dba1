#pragma once
/// What names and addresses a machine's certificate carries.

#include <string>
#include <vector>

#include "certs/authority.h"
#include "pki/names.h"

namespace rhumb::certs {

/// What is known of the machine: gathered by the program (gethostname, getifaddrs, --host, the
/// sites' host names).
struct HostFacts {
    std::string host_name;               ///< as the machine calls itself; may be ""
    std::vector<std::string> names;      ///< other names of the machine: its name with the domain
    std::vector<std::string> addresses;  ///< of its interfaces; a zone (`%eth0`) is ignored
    std::vector<std::string> wanted;     ///< asked for by a person
};

/// All that the machine is called, without regard to what may be certified. What is no name or
/// address is left out, but for the wanted ones: `invalid` names the wrong one.
struct MachineNames {
    std::vector<pki::Name>
        own;  ///< localhost, the host's names (with .local when it has no domain), its addresses
    std::vector<pki::Name> wanted;
    std::string primary;  ///< the first wanted, else the host's name, else localhost: for titles
                          ///< and first URLs
};
Result<MachineNames> machine_names(const HostFacts& facts);

/// What a certificate of this authority can be for.
struct LeafNames {
    std::vector<pki::Name> names;    ///< sorted, never empty
    std::vector<pki::Name> refused;  ///< wanted, but not permitted by the authority's root
};
LeafNames leaf_names(const MachineNames& machine, const Authority& authority);

/// The certificate for those names; the machine's primary name is its common name, where it is
/// certified.
Order machine_order(const MachineNames& machine, const LeafNames& names);

/// For a person: what cannot be certified, and the remedy; "" when all can.
std::string refusal_text(const LeafNames& names, const Authority& authority);

}  // namespace rhumb::certs
