#include "storage/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store.h"
#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using testing::at;
using ::testing::ElementsAre;
using testing::must;
using Kind = TokenRevocation::Kind;

class TokensInAStore : public ::testing::Test {
protected:
    Id add_key(std::string name, std::int64_t created) {
        return must(store_.transact([&](Transaction& t) {
            return add_token_key(t, {.id = 0,
                                     .name = std::move(name),
                                     .created = at(created),
                                     .sealed = std::string{"\0sealed", 7},
                                     .retired = {},
                                     .needed = at(created)});
        }));
    }
    Id revoke(Kind kind, std::string subject, std::int64_t when) {
        return must(store_.transact([&](Transaction& t) {
            return add_token_revocation(t, {.id = 0,
                                            .kind = kind,
                                            .subject = std::move(subject),
                                            .before = at(when),
                                            .created = at(when),
                                            .ends = at(when + 100)});
        }));
    }
    std::vector<TokenKeyRecord> keys() {
        return must(store_.read([](const View& view) { return token_keys(view); }));
    }
    std::vector<TokenRevocation> revocations() {
        return must(store_.read([](const View& view) { return token_revocations(view); }));
    }
    Id last() {
        return must(store_.read([](const View& view) { return last_token_revocation(view); }));
    }

    testing::TemporaryDirectory directory_;
    Store store_ = must(Store::open(directory_.path()));
};

TEST_F(TokensInAStore, HaveOneKeyThatSeals) {
    EXPECT_TRUE(keys().empty());
    const auto first = add_key("00000001", 10);
    const auto second = add_key("00000002", 20);

    const auto all = keys();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].id, second);
    EXPECT_EQ(all[0].name, "00000002");
    EXPECT_EQ(all[0].sealed, (std::string{"\0sealed", 7}));
    EXPECT_FALSE(all[0].retired);
    EXPECT_EQ(all[1].id, first);
    EXPECT_EQ(all[1].retired, at(20));

    const auto same = store_.transact([&](Transaction& t) {
        return add_token_key(t, {.id = 0, .name = "00000002", .created = at(30), .sealed = "x"});
    });
    EXPECT_FALSE(same);
    EXPECT_FALSE(keys()[0].retired) << "nothing has changed";
}

TEST_F(TokensInAStore, KeepKeysForAsLongAsTheyAreNeeded) {
    const auto id = add_key("00000001", 10);
    const auto need = [&](Id key, std::int64_t until) {
        return must(
            store_.transact([&](Transaction& t) { return need_token_key(t, key, at(until)); }));
    };
    EXPECT_TRUE(need(id, 500));
    EXPECT_TRUE(need(id, 300));
    EXPECT_EQ(keys()[0].needed, at(500));

    must(store_.transact([&](Transaction& t) { return remove_token_key(t, id); }));

    EXPECT_TRUE(keys().empty());
    EXPECT_FALSE(need(id, 600));
    EXPECT_GT(add_key("00000001", 20), id) << "ids are not given twice";
}

TEST_F(TokensInAStore, AreRevokedUnderRisingNumbers) {
    EXPECT_EQ(last(), 0);
    const auto first = revoke(Kind::user, "Ann", 10);
    const auto other = revoke(Kind::token, "0123456789abcdef", 10);
    const auto again = revoke(Kind::user, "ann", 20);
    const auto all = revoke(Kind::all, "", 30);

    EXPECT_LT(first, other);
    EXPECT_LT(other, again);
    EXPECT_EQ(last(), all);
    EXPECT_THAT(revocations(),
                ElementsAre(TokenRevocation{other, Kind::token, "0123456789abcdef", at(10), at(10),
                                            at(110)},
                            TokenRevocation{again, Kind::user, "ann", at(20), at(20), at(120)},
                            TokenRevocation{all, Kind::all, "", at(30), at(30), at(130)}));
}

TEST_F(TokensInAStore, ForgetRevocationsWhoseTimeIsOver) {
    revoke(Kind::user, "ann", 10);
    const auto latest = revoke(Kind::user, "bob", 20);
    const auto remove = [&](std::int64_t now) {
        return must(store_.transact(
            [&](Transaction& t) { return remove_ended_token_revocations(t, at(now)); }));
    };
    EXPECT_EQ(remove(109), 0U);
    EXPECT_EQ(remove(110), 1U);
    EXPECT_EQ(remove(1000), 1U);
    EXPECT_EQ(last(), latest) << "numbers go on where they were";
    EXPECT_GT(revoke(Kind::all, "", 30), latest);
}

TEST_F(TokensInAStore, AreNotRevokedFromTheFuture) {
    revoke(Kind::user, "ann", 1000);
    revoke(Kind::user, "bob", 10);
    const auto bring_back = [&] {
        return must(store_.transact(
            [&](Transaction& t) { return bring_token_revocations_back(t, at(50)); }));
    };
    EXPECT_TRUE(bring_back());
    EXPECT_FALSE(bring_back());
    const auto all = revocations();
    EXPECT_EQ(all[0].before, at(50));
    EXPECT_EQ(all[1].before, at(10));
}

}  // namespace
}  // namespace rhumb::storage
