#pragma once
/// All commands, each in a file of its own. `add_x` tells the parser of a noun, its verbs and options, and has them
/// set Context::run.

namespace CLI {
class App;
}

namespace rhumb::cli {

struct Context;

void add_serve(CLI::App& app, Context& context);

}  // namespace rhumb::cli
