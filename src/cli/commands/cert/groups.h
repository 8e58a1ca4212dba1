#pragma once
/// The verbs of `rhumb cert`, in groups: each adds its own to the noun.

namespace CLI {
class App;
}

namespace rhumb::cli {

struct Context;

void add_cert_list(CLI::App& noun, Context& context);    ///< list, show
void add_cert_status(CLI::App& noun, Context& context);  ///< status

/// verify, which needs no data directory: commands/cert_verify.cc.
void add_cert_verify(CLI::App& noun, Context& context);

}  // namespace rhumb::cli
