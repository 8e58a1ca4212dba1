#pragma once
/// Judges what map services say about where they are. Pure.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "doctor/finding.h"
#include "doctor/gis_document.h"
#include "doctor/http_seen.h"

namespace rhumb::doctor {

struct GisContext {
    std::string about{};                 ///< of the findings
    fetch::Url target{};                 ///< where clients begin
    std::vector<std::uint16_t> ports{};  ///< by which clients come, too
    bool is_ours = false;  ///< a server of this installation: the remedy is a setting of Rhumb
};

std::span<const Rule> gis_rules();

/// One document: at most one finding about addresses in the clear, one about inner ones, and the
/// same about tokens. Addresses in the clear are held against a document only when it came over
/// https itself.
std::vector<Finding> judge_document(const GisDocument& document, const GisContext& context);

/// All that was seen of map services. What several documents of one service have in common is said
/// once.
std::vector<Finding> judge_map_services(const Web& web, const GisContext& context);

}  // namespace rhumb::doctor
