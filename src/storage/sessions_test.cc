#include "storage/sessions.h"

#include <gtest/gtest.h>

#include "storage/second_factors.h"
#include "storage/testing.h"
#include "storage/users.h"

namespace rhumb::storage {
namespace {

using testing::at;
using testing::must;

UserRecord user_called(std::string name) {
    UserRecord user;
    user.name = std::move(name);
    return user;
}

class SessionsInAStore : public ::testing::Test {
protected:
    void add(const std::string& id, const std::string& user, std::int64_t time) {
        must(store_.transact([&](Transaction& t) {
            return add_session(t, {.id = id,
                                   .secret = "digest of " + id,
                                   .user = user,
                                   .created = at(time),
                                   .last_used = at(time),
                                   .address = "192.0.2.1",
                                   .agent = "a browser"});
        }));
    }
    std::vector<std::string> ids() {
        std::vector<std::string> all;
        for (const auto& session :
             must(store_.read([](const View& view) { return sessions(view); })))
            all.push_back(session.user + " " + session.id);
        return all;
    }

    testing::TemporaryDirectory directory_;
    Store store_ = must(Store::open(directory_.path()));
};

TEST_F(SessionsInAStore, AreListedLatestFirstWithAllTheyHave) {
    add("a", "ann", 100);
    add("b", "bob", 200);
    EXPECT_EQ(ids(), (std::vector<std::string>{"bob b", "ann a"}));
    const auto first = must(store_.read([](const View& view) { return sessions(view); })).front();
    EXPECT_EQ(first.secret, "digest of b");
    EXPECT_EQ(first.created, at(200));
    EXPECT_EQ(first.address, "192.0.2.1");
    EXPECT_EQ(first.agent, "a browser");
}

TEST_F(SessionsInAStore, AreUsedForwardsOnly) {
    add("a", "ann", 100);
    add("b", "bob", 200);
    for (const auto when : {300, 250})
        must(store_.transact([&](Transaction& t) { return note_session_use(t, "a", at(when)); }));
    const auto first = must(store_.read([](const View& view) { return sessions(view); })).front();
    EXPECT_EQ(first.id, "a");
    EXPECT_EQ(first.last_used, at(300));
}

TEST_F(SessionsInAStore, EndOneOrAllOfAUserWithoutRegardToCase) {
    add("a", "ann", 100);
    add("b", "Ann", 200);
    add("c", "bob", 300);
    EXPECT_TRUE(must(store_.transact([](Transaction& t) { return remove_session(t, "c"); })));
    EXPECT_FALSE(must(store_.transact([](Transaction& t) { return remove_session(t, "c"); })));
    EXPECT_EQ(must(store_.transact([](Transaction& t) { return remove_sessions_of(t, "ANN"); })),
              2U);
    EXPECT_TRUE(ids().empty());
}

TEST_F(SessionsInAStore, AreNeverTwoOfOneId) {
    add("a", "ann", 100);
    const auto again = store_.transact([](Transaction& t) {
        return add_session(t, {.id = "a", .secret = "other", .user = "bob"});
    });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
}

TEST_F(SessionsInAStore, FollowTheNameOfTheirUserAndGoWithIt) {
    const auto id =
        must(store_.transact([](Transaction& t) { return add_user(t, user_called("ann")); }));
    must(store_.transact([](Transaction& t) -> Result<Id> {
        TRY_DONE(put_recovery_codes(t, "ann", {"one"}));
        return add_second_factor(t, {.user = "ann", .sealed = "x"});
    }));
    must(store_.transact([](Transaction& t) { return put_recovery_codes(t, "ann", {"one"}); }));
    add("a", "ann", 100);
    must(store_.transact([&](Transaction& t) {
        auto user = user_called("anna");
        user.id = id;
        return update_user(t, user);
    }));
    EXPECT_EQ(ids(), std::vector<std::string>{"anna a"});
    const auto has_factor = [&](const char* name) {
        return must(store_.read([&](const View& view) { return find_second_factor(view, name); }))
            .has_value();
    };
    EXPECT_TRUE(has_factor("anna"));
    must(store_.transact([](Transaction& t) { return remove_user(t, "anna"); }));
    EXPECT_TRUE(ids().empty());
    EXPECT_FALSE(has_factor("anna"));
    EXPECT_EQ(must(store_.read([](const View& v) { return count_recovery_codes(v, "anna"); })), 0U);
}

}  // namespace
}  // namespace rhumb::storage
