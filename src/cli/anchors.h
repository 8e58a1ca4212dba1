#pragma once
/// Whom the clients of this machine trust, for the doctor.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/context.h"
#include "doctor/examine.h"

namespace rhumb::cli {

/// The list that browsers come with (as Debian has it), then each trust store that is found: its
/// own roots, and for browsers' those of the list with them. `from`: " --from https://…" for the
/// commands that are shown to people; "" for roots of this installation. What cannot be asked is
/// told in `unasked`.
std::vector<doctor::Anchors> gather_anchors(const Context& context, const std::string& from,
                                            std::vector<std::string>& unasked);

/// The roots in a file, alone.
Result<std::vector<doctor::Anchors>> anchors_in(const std::filesystem::path& file);

}  // namespace rhumb::cli
