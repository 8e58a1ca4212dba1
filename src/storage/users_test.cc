#include "storage/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store.h"
#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using testing::at;
using ::testing::ElementsAre;
using testing::must;
using Kind = Membership::Kind;

UserRecord user_called(std::string name) {
    UserRecord user;
    user.name = std::move(name);
    user.created = at(100);
    return user;
}

class UsersInAStore : public ::testing::Test {
protected:
    template <class Work>
    auto change(Work work) {
        return store_.transact(work);
    }
    template <class Work>
    auto look(Work work) {
        return must(store_.read(work));
    }

    void add(const UserRecord& user) {
        must(change([&](Transaction& t) -> Result<Id> { return add_user(t, user); }));
    }
    void add_roles(const std::vector<std::string>& names) {
        for (const auto& name : names)
            must(change([&](Transaction& t) -> Result<Id> {
                return add_role(t, {.id = 0, .name = name, .description = {}, .created = at(1)});
            }));
    }
    void give(const Membership& membership) {
        must(change([&](Transaction& t) -> Result<bool> { return add_membership(t, membership); }));
    }
    std::vector<std::string> names(const Page& page = {}) {
        std::vector<std::string> found;
        for (const auto& user : look([&](const View& view) { return users(view, page); }))
            found.push_back(user.name);
        return found;
    }

    testing::TemporaryDirectory directory_;
    Store store_ = must(Store::open(directory_.path()));
};

TEST_F(UsersInAStore, ComeBackAsTheyWerePut) {
    auto ann = user_called("Ann");
    ann.full_name = "Ann O’Hara";
    ann.email = "ann@example.org";
    ann.description = "draws rivers";
    ann.password = "$argon2id$…";
    ann.password_changed = at(7);
    ann.disabled = at(8);
    ann.expires = at(9);
    add(ann);

    const auto found = look([](const View& view) { return find_user(view, "aNN"); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "Ann");
    EXPECT_EQ(found->full_name, ann.full_name);
    EXPECT_EQ(found->email, ann.email);
    EXPECT_EQ(found->description, ann.description);
    EXPECT_EQ(found->password, ann.password);
    EXPECT_EQ(found->password_changed, at(7));
    EXPECT_EQ(found->created, at(100));
    EXPECT_EQ(found->disabled, at(8));
    EXPECT_EQ(found->expires, at(9));
    EXPECT_FALSE(look([](const View& view) { return find_user(view, "Bob"); }));
}

TEST_F(UsersInAStore, HaveNamesThatDifferInMoreThanCase) {
    add(user_called("ann"));
    const auto second =
        change([&](Transaction& t) -> Result<Id> { return add_user(t, user_called("ANN")); });
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
}

TEST_F(UsersInAStore, AreListedByNameInPagesAndByPartsOfNames) {
    for (const auto* name : {"dora", "Bob", "ann", "cy_1", "cy%1"}) add(user_called(name));
    auto eve = user_called("eve");
    eve.full_name = "Eve Bobson";
    add(eve);

    EXPECT_THAT(names(), ElementsAre("ann", "Bob", "cy%1", "cy_1", "dora", "eve"));
    EXPECT_THAT(names({.count_max = 2}), ElementsAre("ann", "Bob"));
    EXPECT_THAT(names({.after = "BOB", .count_max = 2}), ElementsAre("cy%1", "cy_1"));
    EXPECT_THAT(names({.contains = "bob"}), ElementsAre("Bob", "eve"));
    EXPECT_THAT(names({.contains = "y_"}), ElementsAre("cy_1"));
    EXPECT_THAT(names({.contains = "%"}), ElementsAre("cy%1"));
}

TEST_F(UsersInAStore, KeepTheirRolesUnderANewNameAndLoseThemWhenRemoved) {
    add(user_called("ann"));
    add_roles({"planners"});
    give({"planners", Kind::user, "Ann"});

    must(change([&](Transaction& t) -> Result<void> {
        TRY(auto ann, find_user(t, "ann"));
        ann->name = "anna";
        return update_user(t, *ann);
    }));
    EXPECT_THAT(look([](const View& view) { return memberships(view); }),
                ElementsAre(Membership{"planners", Kind::user, "anna"}));

    must(change([&](Transaction& t) -> Result<void> { return remove_user(t, "Anna"); }));
    EXPECT_TRUE(look([](const View& view) { return memberships(view); }).empty());
    EXPECT_TRUE(names().empty());
    const auto again =
        change([&](Transaction& t) -> Result<void> { return remove_user(t, "ann"); });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::not_found);
}

TEST_F(UsersInAStore, CannotTakeTheNameOfAnother) {
    add(user_called("ann"));
    add(user_called("bob"));
    const auto taken = change([&](Transaction& t) -> Result<void> {
        TRY(auto bob, find_user(t, "bob"));
        bob->name = "Ann";
        return update_user(t, *bob);
    });
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
}

TEST_F(UsersInAStore, BeginWithTheRolesThatEveryInstallationHas) {
    const auto found = look([](const View& view) { return roles(view); });
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].name, "administrators");
    EXPECT_EQ(found[0].privilege, Privilege::administer);
    EXPECT_EQ(found[1].name, "publishers");
    EXPECT_EQ(found[1].privilege, Privilege::publish);
}

TEST_F(UsersInAStore, RolesAreMembersOfRolesUnderTheNamesTheyHave) {
    add_roles({"a", "b"});
    give({"a", Kind::role, "B"});
    give({"a", Kind::user, "ann"});
    must(change([&](Transaction& t) -> Result<void> {
        TRY(auto b, find_role(t, "b"));
        b->name = "beta";
        b->privilege = Privilege::publish;
        return update_role(t, *b);
    }));
    EXPECT_EQ(look([](const View& view) { return find_role(view, "beta"); })->privilege,
              Privilege::publish);
    EXPECT_THAT(
        look([](const View& view) { return memberships(view); }),
        ElementsAre(Membership{"a", Kind::user, "ann"}, Membership{"a", Kind::role, "beta"}));

    must(change([&](Transaction& t) -> Result<void> { return remove_role(t, "beta"); }));
    EXPECT_THAT(look([](const View& view) { return memberships(view); }),
                ElementsAre(Membership{"a", Kind::user, "ann"}));
    must(change([&](Transaction& t) -> Result<void> { return remove_role(t, "a"); }));
    EXPECT_TRUE(look([](const View& view) { return memberships(view); }).empty());
}

TEST_F(UsersInAStore, MembershipsAreThereOnce) {
    add_roles({"a"});
    give({"a", Kind::user, "ann"});
    EXPECT_FALSE(must(change([](Transaction& t) -> Result<bool> {
        return add_membership(t, {"A", Kind::user, "ANN"});
    })));
    EXPECT_TRUE(must(change([](Transaction& t) -> Result<bool> {
        return remove_membership(t, {"A", Kind::user, "Ann"});
    })));
    EXPECT_FALSE(must(change([](Transaction& t) -> Result<bool> {
        return remove_membership(t, {"a", Kind::user, "ann"});
    })));
    const auto none = change([](Transaction& t) -> Result<bool> {
        return add_membership(t, {"nobody", Kind::user, "ann"});
    });
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace rhumb::storage
