#include "storage/second_factors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using testing::at;
using testing::must;

class SecondFactorsInAStore : public ::testing::Test {
protected:
    Id add(const std::string& user, const std::string& sealed) {
        return must(store_.transact([&](Transaction& t) {
            return add_second_factor(t, {.user = user, .sealed = sealed, .created = at(50)});
        }));
    }
    std::optional<SecondFactorRecord> find(std::string_view user) {
        return must(store_.read([&](const View& view) { return find_second_factor(view, user); }));
    }
    bool use(std::string_view user, std::string_view code) {
        return must(store_.transact(
            [&](Transaction& t) { return use_recovery_code(t, user, code, at(70)); }));
    }
    std::size_t left(std::string_view user) {
        return must(
            store_.read([&](const View& view) { return count_recovery_codes(view, user); }));
    }

    testing::TemporaryDirectory directory_;
    Store store_ = must(Store::open(directory_.path()));
};

TEST_F(SecondFactorsInAStore, AreOneForAUserAndConfirmedLater) {
    EXPECT_FALSE(find("ann"));
    add("ann", "first");
    const auto id = add("Ann", std::string{"se\0cond", 7});
    auto factor = find("ANN");
    ASSERT_TRUE(factor);
    EXPECT_EQ(factor->id, id);
    EXPECT_EQ(factor->sealed, (std::string{"se\0cond", 7}));
    EXPECT_EQ(factor->created, at(50));
    EXPECT_FALSE(factor->confirmed);
    factor->confirmed = at(60);
    factor->last_step = 7;
    must(store_.transact([&](Transaction& t) { return update_second_factor(t, *factor); }));
    EXPECT_EQ(find("ann")->confirmed, at(60));
    EXPECT_EQ(find("ann")->last_step, 7);
    EXPECT_EQ(must(store_.read([](const View& view) { return second_factors(view); })).size(), 1U);
}

TEST_F(SecondFactorsInAStore, AreAmongWhatIsSealed) {
    const auto id = add("ann", "under the old key");
    const auto all = must(store_.read([](const View& view) { return view.sealed(); }));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().place, SealedPlace::second_factor);
    EXPECT_EQ(all.front().id, id);
    EXPECT_EQ(all.front().name, "ann");
    must(store_.transact([&](Transaction& t) {
        return t.put_sealed(SealedPlace::second_factor, id, "under the new key");
    }));
    EXPECT_EQ(find("ann")->sealed, "under the new key");
}

TEST_F(SecondFactorsInAStore, HaveRecoveryCodesThatCountOnce) {
    add("ann", "x");
    must(store_.transact([](Transaction& t) {
        return put_recovery_codes(t, "ann", {"one", "two"});
    }));
    EXPECT_EQ(left("ann"), 2U);
    EXPECT_FALSE(use("bob", "one"));
    EXPECT_TRUE(use("Ann", "one"));
    EXPECT_FALSE(use("ann", "one"));
    EXPECT_EQ(left("ann"), 1U);
    must(store_.transact([](Transaction& t) { return put_recovery_codes(t, "ann", {"three"}); }));
    EXPECT_FALSE(use("ann", "two"));
    EXPECT_EQ(left("ann"), 1U);
}

TEST_F(SecondFactorsInAStore, AreRemovedWithTheirRecoveryCodes) {
    add("ann", "x");
    must(store_.transact([](Transaction& t) { return put_recovery_codes(t, "ann", {"one"}); }));
    EXPECT_TRUE(
        must(store_.transact([](Transaction& t) { return remove_second_factor(t, "ANN"); })));
    EXPECT_FALSE(
        must(store_.transact([](Transaction& t) { return remove_second_factor(t, "ANN"); })));
    EXPECT_EQ(left("ann"), 0U);
}

}  // namespace
}  // namespace rhumb::storage
