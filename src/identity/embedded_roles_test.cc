#include "identity/embedded_roles.h"

#include <gmock/gmock.h>

#include "identity/example.h"

namespace rhumb::identity {
namespace {

using ::testing::ElementsAre;

class EmbeddedRoleStore : public UsersAndRoles {
protected:
    void add_role(const std::string& name, Privilege privilege = Privilege::view) {
        const auto added = roles_->add({.name = name, .privilege = privilege}, actor_);
        ASSERT_TRUE(added) << added.error().message;
    }
    Role role(std::string_view name) {
        const auto all = roles_->list();
        for (const auto& one : *all)
            if (one.name == name) return one;
        ADD_FAILURE() << "no role " << name;
        return {};
    }
};

TEST_F(EmbeddedRoleStore, GivesRolesAndTakesThemBack) {
    add_role("planners");
    give("planners", "user:ann");
    give("publishers", "role:planners");
    EXPECT_THAT(role("planners").users, ElementsAre("ann"));
    EXPECT_THAT(role("publishers").roles, ElementsAre("planners"));
    EXPECT_THAT(roles_->standing("Ann")->roles, ElementsAre("planners", "publishers"));
    EXPECT_EQ(roles_->standing("ann")->privilege, Privilege::publish);

    EXPECT_FALSE(*roles_->give("planners", {Member::Kind::user, "ANN"}, actor_));
    EXPECT_TRUE(*roles_->take("planners", {Member::Kind::user, "ann"}, actor_));
    EXPECT_FALSE(*roles_->take("planners", {Member::Kind::user, "ann"}, actor_));
    EXPECT_TRUE(roles_->standing("ann")->roles.empty());
    EXPECT_THAT(trail(), ElementsAre("role.added planners: privilege view",
                                     "role.given planners: to user:ann",
                                     "role.given publishers: to role:planners",
                                     "role.taken planners: from user:ann"));
}

TEST_F(EmbeddedRoleStore, HasNoCircles) {
    for (const auto* name : {"a", "b", "c"}) add_role(name);
    give("a", "role:b");
    give("b", "role:c");
    for (const auto& [above, below] : {std::pair{"c", "a"}, {"b", "a"}, {"a", "A"}}) {
        const auto given = roles_->give(above, {Member::Kind::role, below}, actor_);
        ASSERT_FALSE(given) << above << " " << below;
        EXPECT_EQ(given.error().kind, ErrorKind::conflict);
    }
    give("a", "role:c");
}

TEST_F(EmbeddedRoleStore, RefusesWhatIsNotThere) {
    EXPECT_EQ(roles_->give("none", {Member::Kind::user, "ann"}, actor_).error().kind,
              ErrorKind::not_found);
    EXPECT_EQ(roles_->give("publishers", {Member::Kind::role, "none"}, actor_).error().kind,
              ErrorKind::not_found);
    EXPECT_EQ(roles_->give("publishers", {Member::Kind::user, "a:b"}, actor_).error().kind,
              ErrorKind::invalid);
    EXPECT_EQ(roles_->remove("none", actor_).error().kind, ErrorKind::not_found);
    EXPECT_EQ(roles_->add({.name = "Everyone"}, actor_).error().kind, ErrorKind::invalid);
    EXPECT_EQ(roles_->add({.name = "Publishers"}, actor_).error().kind, ErrorKind::conflict);
}

TEST_F(EmbeddedRoleStore, ChangesNameAndPrivilege) {
    add_role("planners");
    give("planners", "user:ann");
    ASSERT_TRUE(roles_->update(
        "planners", {.name = "Draughtsmen", .description = "draw", .privilege = Privilege::publish},
        actor_));
    EXPECT_THAT(role("Draughtsmen").users, ElementsAre("ann"));
    EXPECT_EQ(roles_->standing("ann")->privilege, Privilege::publish);
}

TEST_F(EmbeddedRoleStore, KeepsTheLastAdministrator) {
    add("ann");
    add_role("leads");
    give("administrators", "role:leads");
    give("leads", "user:ann");

    EXPECT_EQ(roles_->remove("leads", actor_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(roles_->remove("administrators", actor_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(roles_->take("leads", {Member::Kind::user, "ann"}, actor_).error().kind,
              ErrorKind::conflict);
    EXPECT_EQ(roles_->update("administrators", {.name = "administrators"}, actor_).error().kind,
              ErrorKind::conflict);
    EXPECT_EQ(roles_->standing("ann")->privilege, Privilege::administer) << "nothing was changed";

    give("administrators", "user:ann");
    EXPECT_TRUE(roles_->remove("leads", actor_));
}

}  // namespace
}  // namespace rhumb::identity
