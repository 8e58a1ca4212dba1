#include "identity/migration.h"

#include <gmock/gmock.h>

#include "identity/example.h"
#include "identity/hash_keeper.h"
#include "storage/users.h"

namespace rhumb::identity {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Act = Migration::Act;

/// The same users where nobody knows of hashes, and perhaps nothing can be changed.
class Plain final : public UserStore {
public:
    Plain(UserStore& users, bool is_changed) : users_{users}, is_changed_{is_changed} {}
    std::string name() const override { return "plain"; }
    Result<std::optional<User>> find(std::string_view name) const override {
        return users_.find(name);
    }
    Result<SignIn> sign_in(std::string_view name, std::string_view password) override {
        return users_.sign_in(name, password);
    }
    Result<std::vector<User>> list(const Page& page) const override { return users_.list(page); }
    UserEditor* editor() override { return is_changed_ ? users_.editor() : nullptr; }

private:
    UserStore& users_;
    bool is_changed_;
};

/// From the fixture's store to another one.
class AMigration : public UsersAndRoles {
protected:
    AMigration() {
        auto store = storage::Store::open(there_.path);
        EXPECT_TRUE(store) << store.error().message;
        other_store_ = std::make_unique<storage::Store>(*std::move(store));
        other_users_ = *EmbeddedUsers::open(*other_store_, clock_, cheap);
        other_roles_ = std::make_unique<EmbeddedRoles>(*other_store_, clock_);
    }

    Migration plan(const MigrationWish& wish = {.keeps_privileges = true}) {
        auto migration = plan_migration(users_.get(), roles_.get(), other_users_.get(),
                                        other_roles_.get(), wish);
        EXPECT_TRUE(migration) << migration.error().message;
        return migration ? *std::move(migration) : Migration{};
    }
    void carry_out(const Migration& migration) {
        const auto done = carry_out_migration(migration, *other_store_, actor_, clock_.now());
        EXPECT_TRUE(done) << done.error().message;
    }
    /// "add user:ann: with the password", but for roles that every store has.
    static std::vector<std::string> words(const Migration& migration) {
        std::vector<std::string> all;
        for (const auto& step : migration.steps) {
            const bool is_usual = step.what.kind == Member::Kind::role && !step.is_membership &&
                                  step.act == Act::leave;
            if (is_usual && step.detail == "is there already") continue;
            constexpr const char* acts[] = {"add", "change", "leave"};
            all.push_back(fmt::format("{} {}{}{}{}", acts[static_cast<int>(step.act)],
                                      to_text(step.what),
                                      step.is_membership ? " in " + step.to : "",
                                      step.detail.empty() ? "" : ": ", step.detail));
        }
        return all;
    }

    Directory there_;
    std::unique_ptr<storage::Store> other_store_;
    std::unique_ptr<EmbeddedUsers> other_users_;
    std::unique_ptr<EmbeddedRoles> other_roles_;
};

TEST_F(AMigration, TakesUsersWithTheirPasswordsAndRoles) {
    add("ann");
    add("bob", std::nullopt);
    ASSERT_TRUE(roles_->add({.name = "planners", .description = "draw"}, actor_));
    give("planners", "user:ann");
    give("publishers", "role:planners");
    const auto migration = plan();
    EXPECT_THAT(words(migration),
                ElementsAre("add user:ann: with the password", "add user:bob: has no password",
                            "add role:planners", "add user:ann in planners",
                            "add role:planners in publishers"));
    carry_out(migration);
    EXPECT_EQ(other_users_->sign_in("ann", good)->outcome, SignIn::Outcome::accepted);
    EXPECT_FALSE(other_users_->find("bob")->value().has_password);
    EXPECT_THAT(other_roles_->standing("ann")->roles, ElementsAre("planners", "publishers"));
    EXPECT_TRUE(users_->find("ann")->has_value()) << "nothing is taken away";
    const auto again = plan();
    EXPECT_EQ(again.count(Act::add) + again.count(Act::change), 0U);
}

TEST_F(AMigration, LooksAndChangesNothingUntilItIsCarriedOut) {
    add("ann");
    plan();
    EXPECT_THAT(*other_users_->list({}), IsEmpty());
}

TEST_F(AMigration, IsOneTransactionIntoRhumbsOwnStore) {
    add("ann");
    add("bob");
    const auto migration = plan();
    ASSERT_TRUE(other_users_->add({.name = "bob"}, std::nullopt, actor_)) << "meanwhile";
    const auto done = carry_out_migration(migration, *other_store_, actor_, clock_.now());
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("user:bob of «embedded»: nothing was changed"));
    EXPECT_FALSE(other_users_->find("ann")->has_value());
}

TEST_F(AMigration, GoesOnElsewhereWhereItWasInterrupted) {
    add("ann");
    add("bob");
    const auto migration = plan();
    ASSERT_TRUE(other_users_->add({.name = "bob"}, std::nullopt, actor_));
    std::size_t done = 0;
    const auto count = [&done](std::size_t now) { done = now; };
    const auto went =
        carry_out_migration(migration, other_users_.get(), other_roles_.get(), actor_, count);
    ASSERT_FALSE(went);
    EXPECT_THAT(went.error().message, HasSubstr("user:bob"));
    EXPECT_EQ(done, 1U);
    EXPECT_EQ(other_users_->sign_in("ann", good)->outcome, SignIn::Outcome::accepted);
    EXPECT_TRUE(carry_out_migration(plan(), other_users_.get(), other_roles_.get(), actor_, count));
}

TEST_F(AMigration, LeavesWhoIsThereUnlessToldToChangeThem) {
    ASSERT_TRUE(users_->add({.name = "ann", .full_name = "Ann O'Hara"}, good, actor_));
    ASSERT_TRUE(other_users_->add({.name = "Ann"}, "another password", actor_));
    EXPECT_THAT(words(plan()),
                ElementsAre("leave user:ann: is there already, with another full name"));
    const auto migration = plan({.changes_known = true, .keeps_privileges = true});
    EXPECT_THAT(words(migration), ElementsAre("change user:ann: full name"));
    carry_out(migration);
    const auto ann = other_users_->find("ann")->value();
    EXPECT_EQ(ann.name, "Ann");
    EXPECT_EQ(ann.full_name, "Ann O'Hara");
    EXPECT_EQ(other_users_->sign_in("ann", "another password")->outcome, SignIn::Outcome::accepted);
}

TEST_F(AMigration, LeavesLocalAdministratorsWhereTheyAre) {
    add("ann");
    add("eve");
    give("administrators", "user:ann");
    give("administrators", "user:eve");
    const auto names = NameMap::read("user:eve,user:ANN\n");
    EXPECT_THAT(words(plan({.keeps_privileges = true, .staying = {"ann"}, .names = &*names})),
                ElementsAre("leave user:ann: a local administrator, who stays",
                            "leave user:eve: a local administrator has that name",
                            "add user:eve in administrators"));
}

TEST_F(AMigration, GoesByTheMapOfNames) {
    add("ann");
    add("bob");
    add("eve");
    ASSERT_TRUE(roles_->add({.name = "gis"}, actor_));
    give("gis", "user:ann");
    give("gis", "user:eve");
    const auto names =
        NameMap::read("user:ann,user:anna\nuser:bob,user:ANNA\nuser:eve,\nrole:gis,role:maps\n");
    ASSERT_TRUE(names) << names.error().message;
    const auto migration = plan({.keeps_privileges = true, .names = &*names});
    EXPECT_THAT(words(migration),
                ElementsAre("add user:ann: with the password",
                            "leave user:bob: another one would have the same name",
                            "leave user:eve: the map leaves it out", "add role:gis",
                            "add user:ann in maps"));
    carry_out(migration);
    EXPECT_THAT(other_roles_->standing("anna")->roles, ElementsAre("maps"));
}

TEST_F(AMigration, TakesNoPasswordWhereOnePlaceKnowsNoHashes) {
    add("ann");
    Plain plain{*users_, false};
    const auto migration = plan_migration(&plain, nullptr, other_users_.get(), nullptr,
                                          {.users = true, .roles = false});
    ASSERT_TRUE(migration);
    EXPECT_THAT(words(*migration),
                ElementsAre("add user:ann: without a password: it cannot be taken along"));
    carry_out(*migration);
    EXPECT_FALSE(other_users_->find("ann")->value().has_password);
}

TEST_F(AMigration, TakesNoHashThatNobodyLooksAt) {
    add("ann");
    ASSERT_TRUE(store_->transact([](storage::Transaction& transaction) -> Result<void> {
        TRY(auto record, storage::find_user(transaction, "ann"));
        record->password = "5f4dcc3b5aa765d61d8327deb882cf99";
        return storage::update_user(transaction, *record);
    }));
    EXPECT_THAT(words(plan()),
                Contains(HasSubstr("add user:ann: without a password: the password of «ann» is "
                                   "kept in a form that Rhumb does not look at")));
}

TEST_F(AMigration, NeedsAPlaceThatCanBeChanged) {
    Plain plain{*other_users_, false};
    const auto denied = plan_migration(users_.get(), roles_.get(), &plain, other_roles_.get(), {});
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().kind, ErrorKind::denied);
    EXPECT_THAT(denied.error().message, HasSubstr("plain"));
    const auto nowhere = plan_migration(users_.get(), roles_.get(), nullptr, nullptr, {});
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().kind, ErrorKind::invalid);
}

TEST_F(AMigration, SaysWhichPrivilegesAreToBeSaidElsewhere) {
    ASSERT_TRUE(roles_->add({.name = "bosses", .privilege = Privilege::administer}, actor_));
    const auto migration = plan({});
    EXPECT_THAT(words(migration),
                Contains("add role:bosses: may administer here; there, name it among "
                         "administrators of the provider"));
    carry_out(migration);
    const auto there = other_roles_->list();
    const auto is = [](const Role& role) { return role.name == "bosses"; };
    EXPECT_EQ(std::ranges::find_if(*there, is)->privilege, Privilege::view);
}

TEST_F(AMigration, MakesNoCirclesOfRoles) {
    ASSERT_TRUE(roles_->add({.name = "a"}, actor_));
    ASSERT_TRUE(roles_->add({.name = "b"}, actor_));
    give("a", "role:b");
    ASSERT_TRUE(other_roles_->add({.name = "a"}, actor_));
    ASSERT_TRUE(other_roles_->add({.name = "b"}, actor_));
    ASSERT_TRUE(other_roles_->give("b", {Member::Kind::role, "a"}, actor_));
    EXPECT_THAT(words(plan()), Contains("leave role:b in a: they would be members of each other in "
                                        "a circle"));
}

TEST_F(AMigration, IsInTheTrailOfTheStoreItGoesInto) {
    add("ann");
    carry_out(plan());
    const auto events =
        other_store_->read([](const storage::View& view) { return view.events(10); });
    ASSERT_TRUE(events);
    ASSERT_FALSE(events->empty());
    EXPECT_EQ(events->front().what, "user.added");
    EXPECT_EQ(events->front().detail, "with its password; from «embedded»");
}

TEST_F(AMigration, HashesArePutAndAskedForByName) {
    add("ann");
    const auto hash = users_->hash_of("ANN");
    ASSERT_TRUE(hash);
    EXPECT_THAT(*hash, HasSubstr("$argon2id$"));
    EXPECT_EQ(users_->hash_of("nobody").error().kind, ErrorKind::not_found);
    ASSERT_TRUE(other_users_->add({.name = "anna"}, std::nullopt, actor_));
    ASSERT_TRUE(other_users_->put_hash("anna", *hash, clock_.now(), actor_));
    EXPECT_EQ(other_users_->sign_in("anna", good)->outcome, SignIn::Outcome::accepted);
    const auto refused = other_users_->put_hash("anna", "plain text", clock_.now(), actor_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(refused.error().message.find("plain text"), std::string::npos);
}

}  // namespace
}  // namespace rhumb::identity
