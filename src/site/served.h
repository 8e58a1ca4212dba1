#pragma once
/// Which certificates answer for a name at a binding: the one place where that is decided, for
/// handshakes, for those who ask what is installed where, and for those who ask what is in use.

#include <string>
#include <string_view>
#include <vector>

#include "certs/credentials.h"
#include "config/document.h"

namespace rhumb::site {

/// What answers a handshake.
struct Choice {
    /// How these came to be chosen.
    enum class Reason {
        named,     ///< the configuration names them
        fitting,   ///< by "auto", or because nothing that is named is there: they are for the name
        fallback,  ///< the default certificate: nothing is for the name
        none,      ///< the site is strict about names, or there is no certificate at all
    };
    tls::CredentialGroup credentials{};  ///< empty: the handshake is refused
    Reason reason = Reason::none;
    bool is_for_name = false;  ///< the first of them is for the name that was asked for
};

/// For a client that asks for `server_name` (lower case; "": it named none) at one of the site's
/// https bindings. The binding's own certificates count before the site's:
///
/// 1. Those that are named and for the name: by the exact name before by a wildcard.
/// 2. With "auto" among them, or when none of them is in the inventory: the best of the inventory
///    for the name.
/// 3. Those that are named, though they are for another name: so it was asked for.
/// 4. The default certificate.
///
/// At most one of each family of keys (ECDSA, RSA), in the order of the configuration. A site that
/// is strict about names gets none by 3 and 4, but for clients that name no host.
Choice choose(const config::Site& site, const config::Binding& binding,
              std::string_view server_name, const certs::CredentialSet& certificates);

/// What clients see that come to one https binding of a site and ask for one host.
struct Served {
    std::string site;
    config::Binding binding;
    std::string host;  ///< one of the site's (may be a wildcard); "" where it answers any: clients
                       ///< that name none, and names that no certificate is for
    Choice choice;
    std::vector<std::string> certificates;  ///< the chosen ones' names in the inventory
};

/// All of them, in the order of the configuration. A site that answers any host has, after the one
/// for "", one for each host that another certificate of the inventory answers for there.
std::vector<Served> all_served(const config::Document& document,
                               const certs::CredentialSet& certificates);

/// Where the certificate is in use: "site «Default Web Site», https://*:443, for gis.example.org".
/// Also where the configuration names it though it never answers.
std::vector<std::string> uses_of(std::string_view certificate, const config::Document& document,
                                 const certs::CredentialSet& certificates);

}  // namespace rhumb::site
