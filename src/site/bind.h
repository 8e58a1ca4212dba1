#pragma once
/// Binding certificates: edits of the configuration. Each is checked as a whole, and is one
/// revision.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "site/home.h"

namespace rhumb::site {

/// Which https binding of which site is meant.
struct BindingChoice {
    std::string site{};                    ///< without regard to case; "": the first
    std::optional<std::uint16_t> port{};   ///< none: all https bindings of the site
    std::optional<std::string> address{};  ///< none: whichever has the port; "*" for a new one
};

struct BindOrder {
    BindingChoice where{};
    /// Names in the inventory, or "auto". Several: ECDSA and RSA side by side, or one for each
    /// host.
    std::vector<std::string> certificates{};
    /// Beside those that are bound already, instead of in their place.
    bool beside = false;
    /// Names that the site is to answer to, beside those that it has. A site that answers every
    /// name does so already, and stays so.
    std::vector<std::string> host_names{};
};

struct UnbindOrder {
    BindingChoice where{};
    std::string certificate{};  ///< "": all that are named there
    /// Stop listening there, too: `where` must name the port.
    bool with_binding = false;
};

/// What became of it.
struct Rebound {
    storage::Id revision = 0;  ///< 0: it was so already, and nothing was changed
    std::string site;
    std::vector<config::Binding> bindings;  ///< those that were meant, as they are now
    bool is_new_binding = false;            ///< nothing listened on that port before
};

/// Without a port: the site's certificates, which all its https bindings show from then on, also
/// those that had their own; where the site has no https binding, one on port 443 is made. With a
/// port: that binding's; where the port is new, a binding `https://*:PORT` is made (as SelfSSL's /P
/// does). The only https binding of a site shows the site's certificates.
///
/// `not_found`: no such site, address or certificate (`known`: the names in the inventory);
/// `invalid`, `conflict`: the configuration would contradict itself (the port speaks http; another
/// site answers the name there); `conflict`: the configuration is a file: the message has what to
/// write there.
Result<Rebound> bind(Home& home, const BindOrder& order, const std::vector<std::string>& known,
                     const Change& change);

/// Takes a certificate from a site's bindings. What has none left shows those of its site, and a
/// site that has none left shows “auto”. `not_found`: it is not bound there. Otherwise as bind().
Result<Rebound> unbind(Home& home, const UnbindOrder& order, const Change& change);

/// The same edits on a document alone, for those who want to see them first.
Result<Rebound> bind_in(config::Document& document, const BindOrder& order);
Result<Rebound> unbind_in(config::Document& document, const UnbindOrder& order);

}  // namespace rhumb::site
