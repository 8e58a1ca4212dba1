#pragma once
/// What would change, before it does.

#include <string>
#include <vector>

#include "wizard/steps.h"

namespace rhumb::wizard {

struct Summary {
    std::vector<std::string> lines{};  ///< in plain words; "nothing changes" when nothing does
    std::string difference{};          ///< of the configuration, as diff -u; "": it stays
    bool changes_anything = false;
    /// Where the home is a file: what stands there then about security, in the place of its
    /// [security] tables, and what else is to be typed before and after. All empty where the home
    /// is the store.
    std::string text{};
    std::vector<std::string> commands{};
    std::vector<std::string> later{};
};

/// Pure. `decision` has no faults. No secret is in what comes back.
Summary summarize(const Decision& decision, const Configured& configured);

}  // namespace rhumb::wizard
