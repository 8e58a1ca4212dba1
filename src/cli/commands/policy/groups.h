#pragma once
/// The verbs of `rhumb policy`, each group in a file of its own; and what rules on the catalogue
/// share with `rhumb service` and `rhumb folder`.

#include <functional>
#include <string>

#include "cli/context.h"
#include "cli/policy_switches.h"
#include "config/document.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

void add_policy_explain(CLI::App& noun, Context& context);  ///< explain
void add_policy_list(CLI::App& noun, Context& context);     ///< list
void add_policy_changes(CLI::App& noun, Context& context);  ///< set, remove

/// Makes a change as a revision, and tells its number, and names in it that no store knows.
/// `comment` begins the revision's comment. `lines`: what to write where the configuration is a
/// file, which is not changed from here: `conflict`, and it says these lines.
Result<Exit> change_policy(const Context& context, const PolicyChange& change,
                           const std::string& comment, const std::string& lines,
                           const std::function<Result<void>(config::Document&)>& edit);

}  // namespace rhumb::cli
