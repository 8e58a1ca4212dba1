#pragma once
/// A change of certificates by the command line, from beginning to end: made, bound where asked,
/// seen served, mirrored, told.

#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "certs/change.h"
#include "certs/mirror.h"
#include "cli/context.h"
#include "cli/installation.h"
#include "site/certificate_work.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

/// --site and --port of a verb.
using site::Where;

/// `where` outlives the parsing.
void add_where_options(CLI::App& verb, Where& where);

/// One change.
struct Work {
    /// Makes it in the store. Its errors of the kinds `invalid` and `conflict` are refusals by a
    /// check. An empty change is one that took no certificate's place.
    std::function<Result<certs::Change>()> make;
    Where where{};        ///< the certificate is bound there, when told
    std::string done;     ///< for a person: "installed", "removed"
    bool is_told = true;  ///< false: prints warnings and notes alone; the caller tells the rest
};

/// Does it, and prints what came of it. Where a server runs, waits until it shows what it should,
/// or takes the change back.
Result<Exit> carry_out(const Context& context, Installation& installation, const Work& work);

/// Does without a certificate of its own what is only a change of the configuration.
Result<site::Deployed> carry_out_binding(const Context& context, Installation& installation,
                                         site::Home& home,
                                         const std::function<Result<site::Rebound>()>& make);

/// "seen at https://127.0.0.1:8443 for gis.example.org", a line each; or why nothing was to see.
void print_seen(const site::Deployed& deployed);
nlohmann::ordered_json to_json(const site::Deployed& deployed);

/// What must be told of mirrors: failures, on standard error.
void print_failures(const certs::MirrorReport& report);

}  // namespace rhumb::cli
