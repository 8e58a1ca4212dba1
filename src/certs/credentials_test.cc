#include "certs/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "pki/example.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CredentialsOfStore : public testing::Test {
protected:
    storage::Id add(std::string name, const std::vector<std::string>& names,
                    storage::Origin origin = storage::Origin::import, days lifetime = days{90},
                    pki::KeyType type = pki::KeyType::ec_p256) {
        const auto key = *pki::Key::generate(type);
        auto chain =
            *pki::Chain::make({*signer_.try_issue(names, key, lifetime), signer_.intermediate});
        return *inventory_.add(
            {.name = std::move(name), .origin = origin, .chain = std::move(chain), .key = key},
            example_actor, example_now);
    }
    std::vector<std::string> reload(Seconds now = example_now) {
        return *credentials_.reload(inventory_, now);
    }
    /// The leaf's common name: the first of its names.
    std::string found(std::string_view host) const {
        const auto group = credentials_.find(host);
        return group.empty() ? "none" : group.front()->chain().leaf().common_name();
    }
    /// What the inventory calls those that are shown side by side.
    std::vector<std::string> shown(std::string_view host) const {
        std::vector<std::string> names;
        for (const auto& one : credentials_.find(host))
            names.emplace_back(credentials_.current()->name_of(one));
        return names;
    }

    ExampleStore example_;
    const pki::ExampleAuthority signer_;
    Inventory inventory_{example_.store, example_.seal};
    Credentials credentials_;
};

TEST_F(CredentialsOfStore, AreNoneInAnEmptyStore) {
    EXPECT_THAT(reload(), IsEmpty());
    EXPECT_THAT(credentials_.find("localhost"), IsEmpty());
    EXPECT_THAT(credentials_.current()->default_group(), IsEmpty());
}

TEST_F(CredentialsOfStore, AreChosenByExactNameThenWildcardThenDefault) {
    add("auto", {"localhost"}, storage::Origin::local_authority);
    add("exact", {"a.maps.test"});
    add("wild", {"*.maps.test"});
    EXPECT_THAT(reload(), IsEmpty());

    EXPECT_EQ(found("a.maps.test"), "a.maps.test");
    EXPECT_EQ(found("b.maps.test"), "*.maps.test");
    EXPECT_EQ(found("x.b.maps.test"), "localhost");
    EXPECT_EQ(found("maps.test"), "localhost");
    EXPECT_EQ(found(""), "localhost");
    EXPECT_THAT(credentials_.current()->find_by_host("elsewhere.test"), IsEmpty());
    EXPECT_EQ(credentials_.current()->find_by_name("Wild")->chain().leaf().common_name(),
              "*.maps.test");
    EXPECT_EQ(credentials_.current()->find_by_name("none"), nullptr);
}

TEST_F(CredentialsOfStore, PreferTheValidThenTheForeignThenTheLongest) {
    add("ours", {"a.test", "ours.test"}, storage::Origin::local_authority, days{200});
    add("theirs-short", {"a.test", "short.test"}, storage::Origin::import, days{10});
    add("theirs-long", {"a.test", "long.test"}, storage::Origin::import, days{20});

    reload();
    EXPECT_THAT(shown("a.test"), ElementsAre("theirs-long"));
    reload(example_now + days{30});
    EXPECT_THAT(shown("a.test"), ElementsAre("ours"));
    EXPECT_NE(credentials_.current()->find_by_name("theirs-short"), nullptr)
        << "by its own name also an expired one is served";
}

TEST_F(CredentialsOfStore, StandSideBySideWhenTheirKeysDiffer) {
    add("ecdsa", {"a.test", "b.test"}, storage::Origin::import, days{20});
    add("ecdsa-older", {"a.test"}, storage::Origin::import, days{10}, pki::KeyType::ec_p384);
    add("rsa", {"a.test"}, storage::Origin::import, days{15}, pki::KeyType::rsa_2048);
    reload();

    EXPECT_THAT(shown("a.test"), ElementsAre("ecdsa", "rsa"));
    EXPECT_THAT(shown("b.test"), ElementsAre("ecdsa"));
    EXPECT_THAT(shown("unknown.test"), ElementsAre("ecdsa", "rsa")) << "the default and its twin";
}

TEST_F(CredentialsOfStore, StandAloneBesideOneOfLesserStanding) {
    add("theirs", {"a.test"}, storage::Origin::import, days{20});
    add("ours", {"a.test"}, storage::Origin::local_authority, days{90}, pki::KeyType::rsa_2048);
    reload();

    EXPECT_THAT(shown("a.test"), ElementsAre("theirs"))
        << "a client that would take ours trusts theirs as well";
    reload(example_now + days{30});
    EXPECT_THAT(shown("a.test"), ElementsAre("ours")) << "and never beside an expired one";
}

TEST_F(CredentialsOfStore, TellWhatTheyAreFor) {
    add("both", {"a.test", "*.a.test", "192.0.2.7"});
    reload();
    const auto set = credentials_.current();
    const auto both = set->find_by_name("both");

    EXPECT_EQ(set->fit(both, "a.test"), Fit::exact);
    EXPECT_EQ(set->fit(both, "192.0.2.7"), Fit::exact);
    EXPECT_EQ(set->fit(both, "x.a.test"), Fit::wildcard);
    EXPECT_EQ(set->fit(both, "x.y.a.test"), Fit::none) << "a star covers one label";
    EXPECT_EQ(set->fit(both, "test"), Fit::none);
    EXPECT_EQ(set->fit(both, ""), Fit::none);
    EXPECT_EQ(set->name_of(both), "both");
    EXPECT_EQ(set->name_of(nullptr), "");
    EXPECT_THAT(set->hosts(), ElementsAre("*.a.test", "192.0.2.7", "a.test"));
}

TEST_F(CredentialsOfStore, StayTheSameObjectsWhenNothingHasChanged) {
    const auto id = add("maps", {"a.test"});
    add("other", {"b.test"});
    reload();
    const auto first = credentials_.find("a.test");
    const auto other = credentials_.find("b.test");
    const auto set = credentials_.current();
    reload();
    EXPECT_NE(credentials_.current(), set);
    EXPECT_TRUE(credentials_.current()->has_the_same(*set));

    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    ASSERT_TRUE(inventory_.replace(id,
                                   {.name = "maps",
                                    .origin = storage::Origin::import,
                                    .chain = signer_.chain({"a.test"}, key),
                                    .key = key},
                                   example_actor, example_now));
    EXPECT_EQ(credentials_.find("a.test"), first) << "nothing changes before the reload";
    reload();

    EXPECT_NE(credentials_.find("a.test"), first);
    EXPECT_EQ(credentials_.find("b.test"), other);
    EXPECT_FALSE(credentials_.current()->has_the_same(*set));
}

TEST_F(CredentialsOfStore, LeaveOutWhatIsDamagedAndServeTheRest) {
    add("good", {"a.test"});
    storage::CertificateRecord broken;
    broken.name = "broken";
    broken.chain_pem = "nothing";
    auto unsealed = inventory_.get("good")->record;
    unsealed.name = "unsealed";
    unsealed.sealed_key = "nothing";
    ASSERT_TRUE(example_.store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_certificate(broken));
        TRY_DONE(transaction.add_certificate(unsealed));
        return {};
    }));

    EXPECT_THAT(reload(), testing::UnorderedElementsAre(HasSubstr("«broken» cannot be used"),
                                                        HasSubstr("«unsealed» cannot be used")));
    EXPECT_EQ(found("a.test"), "a.test");
}

TEST_F(CredentialsOfStore, ServeTheFirstStartsCertificateByDefault) {
    ASSERT_TRUE(
        prepare(example_.store, example_.seal, example_machine(), example_now, example_actor));
    reload();
    EXPECT_EQ(found(""), "chart-room");
    EXPECT_EQ(found("chart-room.local"), "chart-room");
}

}  // namespace
}  // namespace rhumb::certs
