#pragma once
/// Who does something, for the audit trail.

#include <string>

namespace rhumb::observe {

struct Actor {
    std::string who;   ///< a user's name, or "rhumb" when nobody asked
    std::string from;  ///< "command line", "server", or a client's address
};

}  // namespace rhumb::observe
