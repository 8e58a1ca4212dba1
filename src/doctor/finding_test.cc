#include "doctor/finding.h"

#include <array>

#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

constexpr std::array rules{
    Rule{"tls.version.old", Severity::warning, "an old version", "Switch it off."},
    Rule{"port.closed", Severity::error, "nobody listens", "Start it."},
};

TEST(Findings, CarryTheSeverityAndRemedyOfTheirRule) {
    const auto finding = found(rule(rules, "port.closed"), "192.0.2.7:443", "Nobody listens.");
    EXPECT_EQ(finding.id, "port.closed");
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.remedy, "Start it.");
    EXPECT_EQ(finding.about, "192.0.2.7:443");
}

TEST(Findings, AreToldInWholeSentences) {
    EXPECT_EQ(as_sentence("the server's clock is behind"), "The server's clock is behind.");
    EXPECT_EQ(as_sentence("Nobody listens."), "Nobody listens.");
    EXPECT_EQ(as_sentence("http://gis.test sends nothing"), "http://gis.test sends nothing.");
    EXPECT_EQ(as_sentence("«a» stands in it twice"), "«a» stands in it twice.");
    EXPECT_EQ(as_sentence(""), "");
}

TEST(Findings, AreOrderedBySeverityAndToldOnce) {
    const auto old = found(rules[0], "a", "Old.");
    const auto closed = found(rules[1], "a", "Closed.");
    const auto other = found(rules[0], "b", "Old.");
    std::vector<Finding> findings{old, closed, other, old};
    put_in_order(findings);
    EXPECT_EQ(findings, (std::vector{closed, old, other}));
}

TEST(Findings, HaveAnErrorOnlyWhenOneOfThemIs) {
    const std::vector<Finding> warnings{found(rules[0], "a", "Old.")};
    EXPECT_FALSE(has_error(warnings));
    EXPECT_FALSE(has_error({}));
    const std::vector<Finding> both{warnings[0], found(rules[1], "a", "Closed.")};
    EXPECT_TRUE(has_error(both));
}

TEST(FindingsDeathTest, OfARuleThatDoesNotExistEndTheProgram) {
    EXPECT_DEATH((void)rule(rules, "no.such"), "");
}

}  // namespace
}  // namespace rhumb::doctor
