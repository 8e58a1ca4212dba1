#include "certs/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "certs/inventory.h"
#include "pki/example.h"

namespace rhumb::certs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RequestsOfAuthorities : public testing::Test {
protected:
    static RequestOrder order(const std::vector<std::string>& names = {"maps.test"}) {
        RequestOrder wanted;
        wanted.names = pki::example_names(names);
        return wanted;
    }
    Result<RequestEntry> create(const RequestOrder& wanted) {
        return requests_.create(wanted, example_actor, example_now);
    }
    storage::Id add_certificate(const std::string& name, const pki::Key& key) {
        return *inventory_.add({.name = name,
                                .origin = storage::Origin::import,
                                .chain = signer_.chain({"a.test", "b.test"}, key),
                                .key = key,
                                .friendly_name = "Karten"},
                               example_actor, example_now);
    }

    ExampleStore example_;
    const pki::ExampleAuthority signer_;
    Inventory inventory_{example_.store, example_.seal};
    Requests requests_{example_.store, example_.seal};
};

TEST_F(RequestsOfAuthorities, AreKeptWithTheirKey) {
    auto wanted = order({"maps.test", "*.maps.test", "127.0.0.1"});
    wanted.subject.organization = "Büro für Karten";
    wanted.subject.country = "DE";
    wanted.friendly_name = "Die Karten";
    wanted.key_type = pki::KeyType::ec_p384;

    const auto made = create(wanted);
    ASSERT_TRUE(made) << made.error().message;
    const auto found = requests_.get("*.MAPS.test");

    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(found->is_pending());
    EXPECT_EQ(found->record.key_type, "ec-p384");
    EXPECT_EQ(found->record.friendly_name, "Die Karten");
    EXPECT_EQ(found->record.created_by, "ann");
    EXPECT_EQ(*found->request, *made->request);
    EXPECT_EQ(found->request->subject().organization, "Büro für Karten");
    EXPECT_THAT(pki::to_texts(found->request->names()),
                testing::UnorderedElementsAre("maps.test", "*.maps.test", "127.0.0.1"));
    const auto key = requests_.open_key(*found);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_TRUE(found->request->matches(*key));
    EXPECT_THAT(example_.events(), ElementsAre("request.created *.maps.test"));
}

TEST_F(RequestsOfAuthorities, SurviveTheEndOfTheProgram) {
    ASSERT_TRUE(create(order()));
    auto again = *storage::Store::open(example_.store.directory());
    const Requests later{again, example_.seal};

    const auto found = later.get("maps.test");

    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(found->request->matches(*later.open_key(*found)));
}

TEST_F(RequestsOfAuthorities, AreNamedByTheCommonNameOrTheFirstNameOrAsToldTo) {
    auto wanted = order({"a.test", "b.test"});
    EXPECT_EQ(create(wanted)->record.name, "a.test");
    wanted.subject.common_name = "b.test";
    EXPECT_EQ(create(wanted)->record.name, "b.test");
    wanted.name = "mine";
    EXPECT_EQ(create(wanted)->record.name, "mine");
    EXPECT_EQ(requests_.list()->size(), 3U);
}

TEST_F(RequestsOfAuthorities, StandBesideTheCertificateThatTheyRenew) {
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    add_certificate("maps", key);
    auto wanted = order();
    wanted.name = "maps";
    EXPECT_THAT(create(wanted).error().message, HasSubstr("--for maps"));

    RequestOrder renewal;
    renewal.renews = "MAPS";
    const auto renewed = create(renewal);
    ASSERT_TRUE(renewed) << renewed.error().message;
    EXPECT_EQ(renewed->record.name, "maps");
    EXPECT_EQ(renewed->record.friendly_name, "Karten");
    EXPECT_TRUE(renewed->record.is_renewal);
    EXPECT_THAT(renewed->record.names, ElementsAre("a.test", "b.test"));
    EXPECT_FALSE(renewed->request->matches(key));
    EXPECT_TRUE(inventory_.get("maps"));
}

TEST_F(RequestsOfAuthorities, AskForTheSameKeyAgainWhenTold) {
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    add_certificate("maps", key);
    RequestOrder renewal;
    renewal.renews = "maps";
    renewal.keeps_key = true;

    const auto renewed = create(renewal);

    ASSERT_TRUE(renewed) << renewed.error().message;
    EXPECT_TRUE(renewed->request->matches(key));
    EXPECT_TRUE(renewed->request->matches(*requests_.open_key(*renewed)));
    auto lonely = order();
    lonely.keeps_key = true;
    EXPECT_EQ(create(lonely).error().kind, ErrorKind::invalid);
}

TEST_F(RequestsOfAuthorities, RefuseWhatNoCertificateCanBe) {
    EXPECT_THAT(create({}).error().message, HasSubstr("at least one"));
    auto wanted = order();
    wanted.name = "a/b";
    EXPECT_EQ(create(wanted).error().kind, ErrorKind::invalid);
    wanted.name = "";
    wanted.subject.country = "Germany";
    EXPECT_EQ(create(wanted).error().kind, ErrorKind::invalid);
    wanted.subject = {};
    wanted.friendly_name = "two\nlines";
    EXPECT_EQ(create(wanted).error().kind, ErrorKind::invalid);
    wanted.friendly_name = "";
    wanted.renews = "nothing";
    EXPECT_EQ(create(wanted).error().kind, ErrorKind::not_found);
    EXPECT_THAT(*requests_.list(true), IsEmpty());
    EXPECT_THAT(example_.events(), IsEmpty());
}

TEST_F(RequestsOfAuthorities, OfOneNamePendOnce) {
    ASSERT_TRUE(create(order()));
    const auto second = create(order());
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    EXPECT_THAT(second.error().message, HasSubstr("is pending"));
}

TEST_F(RequestsOfAuthorities, AreFoundByTheirKey) {
    const auto one = *create(order());
    const auto two = *create(order({"other.test"}));

    const auto found = requests_.find_by_key(two.request->public_key());

    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().record.id, two.record.id);
    EXPECT_THAT(*requests_.find_by_key(pki::Key::generate(pki::KeyType::ec_p256)->public_key()),
                IsEmpty());
}

TEST_F(RequestsOfAuthorities, AreGoneWithTheirKeyWhenCancelled) {
    ASSERT_TRUE(create(order()));

    ASSERT_TRUE(requests_.cancel("MAPS.test", example_actor, example_now));

    EXPECT_THAT(*requests_.list(true), IsEmpty());
    const auto gone = requests_.cancel("maps.test", example_actor, example_now);
    EXPECT_EQ(gone.error().kind, ErrorKind::not_found);
    EXPECT_THAT(gone.error().message, HasSubstr("there is none"));
    EXPECT_THAT(example_.events(),
                ElementsAre("request.created maps.test", "request.cancelled maps.test"));
}

}  // namespace
}  // namespace rhumb::certs
