#include "identity/people_changes.h"

#include "identity/example.h"
#include "identity/sessions.h"

namespace rhumb::identity {
namespace {

class ChangesOfPeople : public UsersAndRoles {
protected:
    void note(std::string what) {
        ASSERT_TRUE(store_->transact([&](storage::Transaction& transaction) {
            return transaction.add_event({.time = clock_.now(),
                                          .who = "somebody",
                                          .from = "a test",
                                          .what = what,
                                          .subject = "",
                                          .detail = ""});
        }));
    }
};

TEST_F(ChangesOfPeople, AreThoseOfUsersAndRoles) {
    add("ann");
    PeopleChanges changes{*store_};
    EXPECT_FALSE(changes.look()) << "what was before it";
    add("bob");
    EXPECT_TRUE(changes.look());
    EXPECT_FALSE(changes.look());
    give("publishers", "user:ann");
    EXPECT_TRUE(changes.look());
    ASSERT_TRUE(users_->set_password("ann", "another password", actor_));
    EXPECT_TRUE(changes.look());
    ASSERT_TRUE(users_->remove("bob", actor_));
    EXPECT_TRUE(changes.look());
}

TEST_F(ChangesOfPeople, AreNotSessionsTokensAndSignIns) {
    PeopleChanges changes{*store_};
    const auto sessions = Sessions::open(*store_, clock_);
    ASSERT_TRUE((*sessions)->begin("ann", "192.0.2.1", "a browser"));
    for (const auto* what : {"sign-in.refused", "token.issued", "certificate.renewed"}) note(what);
    EXPECT_FALSE(changes.look());
}

TEST_F(ChangesOfPeople, AreFoundAmongOthers) {
    PeopleChanges changes{*store_};
    note("token.issued");
    note("user.removed");
    note("token.issued");
    EXPECT_TRUE(changes.look());
}

TEST_F(ChangesOfPeople, ArePresumedWhereThereIsTooMuchToLookThrough) {
    PeopleChanges changes{*store_};
    for (int i = 0; i < 500; ++i) note("token.issued");
    EXPECT_TRUE(changes.look());
    EXPECT_FALSE(changes.look());
}

}  // namespace
}  // namespace rhumb::identity
