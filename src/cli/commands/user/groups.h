#pragma once
/// The verbs of `rhumb user`, each group in a file of its own.

namespace CLI {
class App;
}

namespace rhumb::cli {

struct Context;

void add_user_changes(CLI::App& noun, Context& context);  ///< add, change, password, disable …
void add_user_lists(CLI::App& noun, Context& context);    ///< list, show
void add_user_sign_in(CLI::App& noun, Context& context);  ///< second-factor, first-code
void add_user_import(CLI::App& noun, Context& context);   ///< import

}  // namespace rhumb::cli
