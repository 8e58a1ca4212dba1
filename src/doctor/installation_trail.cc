#include "doctor/installation_trail.h"

#include <array>

#include <fmt/format.h>

namespace rhumb::doctor {

namespace {

constexpr std::array rules{
    Rule{"store.audit.changed", Severity::error,
         "the audit trail is not as Rhumb wrote it: events were changed, added or removed",
         "Find out who can write to the store: whoever did this has something to hide. Compare "
         "with a backup, an export or an end of the trail from before."},
};

}  // namespace

std::span<const Rule> trail_rules() { return rules; }

std::vector<Finding> judge_trail(const storage::AuditReport& report) {
    if (report.is_good()) return {};
    auto finding = found(
        rules[0], "the audit trail",
        fmt::format("The audit trail is not as it was written: {}", report.faults.front().message));
    if (const auto more = report.faults.size() - 1; more > 0)
        finding.sentence += fmt::format("; and {} more", more);
    finding.sentence += '.';
    finding.command = "rhumb audit verify";
    return {std::move(finding)};
}

}  // namespace rhumb::doctor
