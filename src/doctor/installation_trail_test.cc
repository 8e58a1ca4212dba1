#include "doctor/installation_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

using storage::AuditFault;
using testing::IsEmpty;
using testing::SizeIs;

TEST(JudgingTheTrail, FindsNothingInOneThatHoldsTogether) {
    EXPECT_THAT(judge_trail({}), IsEmpty());
}

TEST(JudgingTheTrail, TellsTheFirstFaultAndHowManyThereAre) {
    storage::AuditReport report;
    report.faults.push_back({AuditFault::Kind::changed, 2, "event 2 was changed"});
    auto findings = judge_trail(report);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_EQ(findings[0].id, "store.audit.changed");
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_EQ(findings[0].sentence,
              "The audit trail is not as it was written: event 2 was changed.");
    EXPECT_EQ(findings[0].command, "rhumb audit verify");

    report.faults.push_back({AuditFault::Kind::cut, 9, "the end is missing"});
    findings = judge_trail(report);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_EQ(findings[0].sentence,
              "The audit trail is not as it was written: event 2 was changed; and 1 more.");
}

}  // namespace
}  // namespace rhumb::doctor
