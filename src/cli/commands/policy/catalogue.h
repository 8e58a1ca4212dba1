#pragma once
/// The verb `secure` of `rhumb service`.

namespace CLI {
class App;
}

namespace rhumb::cli {

struct Context;

void add_service_secure(CLI::App& noun, Context& context);

}  // namespace rhumb::cli
