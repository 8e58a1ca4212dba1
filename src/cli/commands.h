#pragma once
/// All commands, each in a file of its own. `add_x` tells the parser of a noun, its verbs and
/// options, and has them set Context::run.

namespace CLI {
class App;
}

namespace rhumb::cli {

struct Context;

void add_audit(CLI::App& app, Context& context);
void add_backup(CLI::App& app, Context& context);
void add_ca(CLI::App& app, Context& context);
void add_cert(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_folder(CLI::App& app, Context& context);
void add_keys(CLI::App& app, Context& context);
void add_policy(CLI::App& app, Context& context);
void add_role(CLI::App& app, Context& context);
void add_secret(CLI::App& app, Context& context);
void add_security(CLI::App& app, Context& context);
void add_selfssl(CLI::App& app, Context& context);
void add_serve(CLI::App& app, Context& context);
void add_service(CLI::App& app, Context& context);
void add_session(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_token(CLI::App& app, Context& context);
void add_trust(CLI::App& app, Context& context);
void add_user(CLI::App& app, Context& context);

}  // namespace rhumb::cli
