#pragma once
/// Whom the clients of this machine trust, for the doctor.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "doctor/examine.h"
#include "trust/places.h"

namespace rhumb::doctor {

/// The list that browsers come with (as Debian has it), then each trust store that is found: its
/// own roots, and for browsers' those of the list with them. `from`: " --from https://…" for the
/// commands that are shown to people; "" for roots of this installation. What cannot be asked is
/// told in `unasked`: also what comes after `limit` is over (one store may take its programs a
/// minute).
std::vector<Anchors> gather_anchors(const trust::Places& places, const std::string& from,
                                    std::chrono::milliseconds limit,
                                    std::vector<std::string>& unasked);

/// The roots in a file, alone.
Result<std::vector<Anchors>> anchors_in(const std::filesystem::path& file);

}  // namespace rhumb::doctor
