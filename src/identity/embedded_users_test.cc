#include "identity/embedded_users.h"

#include <gmock/gmock.h>

#include "identity/example.h"
#include "storage/users.h"

namespace rhumb::identity {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum SignIn::Outcome;

class EmbeddedUserStore : public UsersAndRoles {};

TEST_F(EmbeddedUserStore, LetsInWhoKnowsTheirPassword) {
    add("Ann");
    EXPECT_EQ(sign_in("ann"), accepted);
    EXPECT_EQ(sign_in("ann", "correct hors"), wrong_password);
    EXPECT_EQ(sign_in("ann", ""), wrong_password);
    EXPECT_EQ(sign_in("bob"), no_such_user);
    EXPECT_EQ(users_->sign_in("ANN", good)->user->name, "Ann");
}

TEST_F(EmbeddedUserStore, LetsNobodyInWhoHasNoPassword) {
    add("ann", std::nullopt);
    EXPECT_FALSE(users_->find("ann")->value().has_password);
    for (const auto* password : {"", " ", "x"}) EXPECT_EQ(sign_in("ann", password), wrong_password);
}

TEST_F(EmbeddedUserStore, LetsNobodyInWhoIsDisabledOrExpired) {
    add("ann");
    auto ann = users_->find("ann")->value();
    ann.disabled = clock_.now();
    ASSERT_TRUE(users_->update("ann", ann, actor_));
    EXPECT_EQ(sign_in("ann"), disabled);
    EXPECT_EQ(sign_in("ann", "wrong"), wrong_password) << "who guesses learns nothing";

    ann.disabled.reset();
    ann.expires = clock_.now() + std::chrono::seconds{10};
    ASSERT_TRUE(users_->update("ann", ann, actor_));
    EXPECT_EQ(sign_in("ann"), accepted);
    clock_.set(1'000'010);
    EXPECT_EQ(sign_in("ann"), expired);
}

TEST_F(EmbeddedUserStore, ChangesPasswords) {
    add("ann");
    ASSERT_TRUE(users_->set_password("ann", "another good one", actor_));
    EXPECT_EQ(sign_in("ann"), wrong_password);
    EXPECT_EQ(sign_in("ann", "another good one"), accepted);
    ASSERT_TRUE(users_->set_password("ann", std::nullopt, actor_));
    EXPECT_EQ(sign_in("ann", "another good one"), wrong_password);
}

TEST_F(EmbeddedUserStore, RefusesBadNamesAndPasswords) {
    EXPECT_EQ(users_->add({.name = "a:b"}, good, actor_).error().kind, ErrorKind::invalid);
    EXPECT_EQ(users_->add({.name = "ann"}, "short", actor_).error().kind, ErrorKind::invalid);
    EXPECT_EQ(users_->add({.name = "ann", .email = "a\nb"}, good, actor_).error().kind,
              ErrorKind::invalid);
    EXPECT_THAT(*users_->list({}), IsEmpty());
    add("ann");
    EXPECT_EQ(users_->add({.name = "ANN"}, good, actor_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(users_->set_password("bob", good, actor_).error().kind, ErrorKind::not_found);
    EXPECT_EQ(users_->remove("bob", actor_).error().kind, ErrorKind::not_found);
    EXPECT_EQ(users_->update("bob", {.name = "bob"}, actor_).error().kind, ErrorKind::not_found);
}

TEST_F(EmbeddedUserStore, KeepsTheLastAdministrator) {
    add("ann");
    give("administrators", "user:ann");
    add("bob");

    auto ann = users_->find("ann")->value();
    EXPECT_EQ(users_->remove("ann", actor_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(users_->set_password("ann", std::nullopt, actor_).error().kind, ErrorKind::conflict);
    ann.disabled = clock_.now();
    EXPECT_EQ(users_->update("ann", ann, actor_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(sign_in("ann"), accepted) << "nothing was changed";

    give("administrators", "user:bob");
    EXPECT_TRUE(users_->remove("ann", actor_));
    EXPECT_EQ(users_->remove("bob", actor_).error().kind, ErrorKind::conflict);
}

TEST_F(EmbeddedUserStore, HashesAnewWhenTheCostHasChanged) {
    add("ann");
    const auto dearer = EmbeddedUsers::open(*store_, clock_, {2, 8192}).value();
    const auto hash = [&] {
        return (*store_->read(
                    [](const storage::View& view) { return storage::find_user(view, "ann"); }))
            ->password;
    };
    const auto before = hash();
    EXPECT_FALSE(dearer->sign_in("ann", "wrong")->is_accepted());
    EXPECT_EQ(hash(), before);
    EXPECT_TRUE(dearer->sign_in("ann", good)->is_accepted());
    EXPECT_NE(hash(), before);
    EXPECT_TRUE(dearer->sign_in("ann", good)->is_accepted());
}

TEST_F(EmbeddedUserStore, LeavesATrailWithoutSecrets) {
    add("ann");
    auto ann = users_->find("ann")->value();
    ann.full_name = "Ann O'Hara";
    ann.name = "anna";
    ASSERT_TRUE(users_->update("ann", ann, actor_));
    ASSERT_TRUE(users_->update("anna", ann, actor_)) << "nothing changes, nothing is told";
    ASSERT_TRUE(users_->set_password("anna", "another good one", actor_));
    ASSERT_TRUE(users_->remove("anna", actor_));
    EXPECT_THAT(trail(),
                ElementsAre("user.added ann", "user.changed ann: name: now anna, full name",
                            "user.password-changed anna", "user.removed anna"));
}

TEST_F(EmbeddedUserStore, MeasuresTheCostOfPasswordsOnce) {
    const auto first = password_cost(*store_);
    ASSERT_TRUE(first);
    const auto kept =
        store_->read([](const storage::View& view) { return view.find_setting("password-cost"); });
    EXPECT_EQ(**kept, fmt::format("{} {}", first->passes, first->memory_bytes));
    ASSERT_TRUE(store_->transact([](storage::Transaction& transaction) {
        return transaction.put_setting("password-cost", "7 8388608");
    }));
    EXPECT_EQ(password_cost(*store_).value(), (crypto::HashCost{7, 8388608}));
}

}  // namespace
}  // namespace rhumb::identity
