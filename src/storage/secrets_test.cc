#include "storage/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using testing::at;
using testing::must;

class SecretsInAStore : public ::testing::Test {
protected:
    Id add(const std::string& name, const std::string& sealed) {
        return must(store_.transact([&](Transaction& t) {
            return add_secret(t,
                              {.name = name, .created = at(5), .changed = at(6), .sealed = sealed});
        }));
    }
    std::optional<SecretRecord> find(std::string_view name) {
        return must(store_.read([&](const View& view) { return find_secret(view, name); }));
    }

    testing::TemporaryDirectory directory_;
    Store store_ = must(Store::open(directory_.path()));
};

TEST_F(SecretsInAStore, AreKeptByName) {
    EXPECT_FALSE(find("ldap"));
    const auto id = add("ldap", std::string{"se\0aled", 7});
    add("county", "other");
    const auto secret = find("ldap");
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->id, id);
    EXPECT_EQ(secret->name, "ldap");
    EXPECT_EQ(secret->created, at(5));
    EXPECT_EQ(secret->changed, at(6));
    EXPECT_EQ(secret->sealed, (std::string{"se\0aled", 7}));
    EXPECT_FALSE(find("LDAP"));
    const auto all = must(store_.read([](const View& view) { return secrets(view); }));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all.front().name, "county");
}

TEST_F(SecretsInAStore, AreChangedAndRemoved) {
    add("ldap", "first");
    auto secret = *find("ldap");
    secret.sealed = "second";
    secret.changed = at(9);
    must(store_.transact([&](Transaction& t) { return update_secret(t, secret); }));
    EXPECT_EQ(find("ldap")->sealed, "second");
    EXPECT_EQ(find("ldap")->created, at(5));
    EXPECT_EQ(find("ldap")->changed, at(9));
    must(store_.transact([](Transaction& t) { return remove_secret(t, "ldap"); }));
    EXPECT_FALSE(find("ldap"));
}

TEST_F(SecretsInAStore, FailByNameWhereTheyAreTwiceOrNotThere) {
    add("ldap", "x");
    const auto twice = store_.transact(
        [](Transaction& t) { return add_secret(t, {.name = "ldap", .sealed = "y"}); });
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, ErrorKind::conflict);
    const auto gone = store_.transact([](Transaction& t) { return remove_secret(t, "county"); });
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, ErrorKind::not_found);
    EXPECT_THAT(gone.error().message, ::testing::HasSubstr("rhumb secret set county"));
    const auto changed = store_.transact(
        [](Transaction& t) { return update_secret(t, {.id = 99, .name = "county"}); });
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().kind, ErrorKind::not_found);
}

TEST_F(SecretsInAStore, AreAmongWhatIsSealed) {
    const auto id = add("ldap", "under the old key");
    const auto all = must(store_.read([](const View& view) { return view.sealed(); }));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().place, SealedPlace::secret);
    EXPECT_EQ(all.front().id, id);
    EXPECT_EQ(all.front().name, "ldap");
    must(store_.transact([&](Transaction& t) {
        return t.put_sealed(SealedPlace::secret, id, "under the new key");
    }));
    EXPECT_EQ(find("ldap")->sealed, "under the new key");
}

TEST_F(SecretsInAStore, AreNotTakenUnderAMasterKeyThatIsNoMoreTheStores) {
    const std::string present = "presentk";
    const auto blob_under = [](const std::string& key) {
        return "RHS\x01" + key + "nonce and all";
    };
    must(store_.transact([&](Transaction& t) { return t.put_setting("master-key", present); }));
    add("ldap", blob_under(present));
    auto secret = *find("ldap");
    secret.sealed = blob_under("formerly");
    EXPECT_FALSE(store_.transact([&](Transaction& t) { return update_secret(t, secret); }));
    EXPECT_FALSE(store_.transact([&](Transaction& t) {
        return add_secret(t, {.name = "county", .sealed = blob_under("formerly")});
    }));
    EXPECT_EQ(find("ldap")->sealed, blob_under(present));
}

}  // namespace
}  // namespace rhumb::storage
