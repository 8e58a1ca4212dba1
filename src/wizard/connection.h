#pragma once
/// Trying the connections that the answers describe.

#include <string>
#include <vector>

#include "providers/provider.h"
#include "wizard/steps.h"

namespace rhumb::wizard {

/// What came of one of them.
struct Tried {
    std::string step{};
    std::string name{};  ///< of the provider
    providers::ConnectionTest test{};
    bool is_in_spite = false;

    bool is_in_the_way() const { return !test.is_good() && !is_in_spite; }
};

/// Tries what is new, changed, or to be used where it was not; all of it with `everything`. Blocks
/// for as long as the place's limit says. Secrets that were typed are used, and not kept.
std::vector<Tried> try_connections(const Decision& decision, const Configured& configured,
                                   const providers::Surroundings& surroundings,
                                   bool everything = false);

}  // namespace rhumb::wizard
