#pragma once
/// The verbs of `rhumb trust`, in groups: each adds its own to the noun.

namespace CLI {
class App;
}

namespace rhumb::cli {

struct Context;

void add_trust_bundle(CLI::App& noun, Context& context);   ///< bundle
void add_trust_env(CLI::App& noun, Context& context);      ///< env
void add_trust_install(CLI::App& noun, Context& context);  ///< install, uninstall
void add_trust_status(CLI::App& noun, Context& context);   ///< status
void add_trust_show(CLI::App& noun, Context& context);     ///< show

}  // namespace rhumb::cli
