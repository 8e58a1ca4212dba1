#pragma once
/// What the verbs of `rhumb security` share.

#include "cli/context.h"
#include "cli/token_desk.h"
#include "wizard/trial_run.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

void add_security_configure(CLI::App& noun, Context& context);
void add_security_make_tables(CLI::App& noun, Context& context);
void add_security_migrate(CLI::App& noun, Context& context);
void add_security_show(CLI::App& noun, Context& context);
void add_security_test(CLI::App& noun, Context& context);

/// Asks the server that runs, as several people would. `unavailable`: none runs.
Result<wizard::TrialReport> try_policy(const Context& context);

}  // namespace rhumb::cli
