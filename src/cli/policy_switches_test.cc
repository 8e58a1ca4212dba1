#include "cli/policy_switches.h"

#include <gtest/gtest.h>

#include "cli/commands/policy/standing.h"
#include "config/allowed.h"

namespace rhumb::cli {
namespace {

PolicyChange read(const PolicySwitches& switches) {
    auto change = PolicyChange::read(switches);
    EXPECT_TRUE(change) << change.error().message;
    return change.value_or(PolicyChange{});
}

TEST(PolicyChange, SetsWhatIsNamedAndLeavesTheRest) {
    config::Location location;
    location.client_certificate = config::ClientCertificate::accept;
    const auto change = read({.require_https = "refuse", .allow = {"role:planners", "user:ann"}});
    change.apply_to(location);
    EXPECT_EQ(location.require_https, config::RequireHttps::refuse);
    EXPECT_EQ(location.client_certificate, config::ClientCertificate::accept);
    EXPECT_EQ(config::to_text(location.allow.value_or(config::AllowList{})),
              "role:planners, user:ann");
    EXPECT_EQ(change.to_text(), "allow role:planners, user:ann, require_https refuse");
    EXPECT_EQ(change.to_lines(),
              "  require_https = \"refuse\"\n  allow = [\"role:planners\", \"user:ann\"]");
}

TEST(PolicyChange, TakesAwayWhatIsToBeInherited) {
    config::Location location;
    location.require_https = config::RequireHttps::refuse;
    location.allow = config::AllowList{{config::Allowed::Kind::authenticated, {}}};
    read({.allow = {"inherit"}}).apply_to(location);
    EXPECT_FALSE(location.allow);
    EXPECT_TRUE(location.require_https);
    PolicyChange::removal().apply_to(location);
    EXPECT_EQ(location, config::Location{});
}

TEST(PolicyChange, GivesASiteItsDefaultsBack) {
    config::Site site;
    read({.require_https = "redirect", .client_certificate = "require", .allow = {"authenticated"}})
        .apply_to(site);
    EXPECT_EQ(site.require_https, config::RequireHttps::redirect);
    EXPECT_EQ(site.client_certificate, config::ClientCertificate::require);
    PolicyChange::removal().apply_to(site);
    EXPECT_EQ(site, config::Site{});
}

TEST(PolicyChange, RefusesWhatItDoesNotKnow) {
    EXPECT_FALSE(PolicyChange::read({}));
    EXPECT_FALSE(PolicyChange::read({.require_https = "yes"}));
    EXPECT_FALSE(PolicyChange::read({.client_certificate = ""}));
    EXPECT_FALSE(PolicyChange::read({.allow = {"planners"}}));
    EXPECT_FALSE(PolicyChange::read({.allow = {"inherit", "role:planners"}}));
}

TEST(WayTo, IsTheShortestAndEndsOnCircles) {
    using identity::Role;
    const std::vector<Role> roles{
        {.name = "planners", .users = {}, .roles = {"editors", "staff"}},
        {.name = "editors", .users = {}, .roles = {"planners", "drafters"}},
        {.name = "drafters", .users = {"Ann"}},
        {.name = "staff", .users = {"bob"}, .roles = {"editors"}}};
    EXPECT_EQ(way_to(roles, "ann", "drafters"), "drafters");
    EXPECT_EQ(way_to(roles, "ann", "PLANNERS"), "planners ← editors ← drafters");
    EXPECT_EQ(way_to(roles, "bob", "planners"), "planners ← staff");
    EXPECT_EQ(way_to(roles, "zoe", "planners"), "");
    EXPECT_EQ(way_to(roles, "ann", "nowhere"), "");
}

}  // namespace
}  // namespace rhumb::cli
