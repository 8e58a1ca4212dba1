#pragma once
/// The verbs of `rhumb cert`, in groups: each adds its own to the noun.

namespace CLI {
class App;
}

namespace rhumb::cli {

struct Context;

void add_cert_list(CLI::App& noun, Context& context);       ///< list, show
void add_cert_status(CLI::App& noun, Context& context);     ///< status
void add_cert_requests(CLI::App& noun, Context& context);   ///< request, pending, cancel
void add_cert_install(CLI::App& noun, Context& context);    ///< install, import
void add_cert_self_sign(CLI::App& noun, Context& context);  ///< self-sign
void add_cert_issue(CLI::App& noun, Context& context);      ///< issue
void add_cert_renewal(CLI::App& noun, Context& context);    ///< renew, revoke
void add_cert_binding(CLI::App& noun, Context& context);    ///< bind, unbind
void add_cert_removal(CLI::App& noun, Context& context);    ///< remove, restore, purge
void add_cert_export(CLI::App& noun, Context& context);     ///< export
void add_cert_mirror(CLI::App& noun, Context& context);     ///< mirror

/// verify, which needs no data directory: commands/cert_verify.cc.
void add_cert_verify(CLI::App& noun, Context& context);

}  // namespace rhumb::cli
