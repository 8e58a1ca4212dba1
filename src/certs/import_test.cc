#include "certs/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "certs/example_answers.h"
#include "pki/pkcs12.h"

namespace rhumb::certs {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

class Importing : public testing::Test {
protected:
    pki::Certificate sign(const std::vector<std::string>& names = {"maps.test"}) const {
        return outside_.sign(key_.public_key(), {.names = names});
    }
    ImportOptions options(const ExampleFiles& files) {
        ImportOptions wanted;
        wanted.files = kept_.emplace_back(files);
        wanted.now = example_now;
        return wanted;
    }
    ExampleFiles pair() const {
        ExampleFiles files{outside_.middle, leaf_};
        files.add("key.pem", to_text(*key_.to_pem()));
        return files;
    }
    Result<Change> import(const ImportOptions& wanted) {
        return import_certificate(example_.store, example_.seal, wanted, example_actor);
    }
    Result<Change> import(const ExampleFiles& files) { return import(options(files)); }

    ExampleStore example_;
    const OutsideAuthority outside_;
    const pki::Key key_ = *pki::Key::generate(pki::KeyType::ec_p256);
    const pki::Certificate leaf_ = sign();
    std::vector<ExampleFiles> kept_;
    Inventory inventory_{example_.store, example_.seal};
};

TEST_F(Importing, PairsKeyAndCertificateOfAnyFiles) {
    const auto change = import(pair());

    ASSERT_TRUE(change) << change.error().message;
    const auto entry = inventory_.get("maps.test");
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->record.origin, storage::Origin::import);
    EXPECT_EQ(entry->chain->leaf(), leaf_);
    EXPECT_EQ(entry->chain->certificates().size(), 2U);
    EXPECT_TRUE(inventory_.open_key(*entry)->matches(leaf_));
    EXPECT_THAT(example_.events(), Contains("certificate.imported maps.test"));
}

TEST_F(Importing, ReadsAPkcs12FileWithItsPasswordAndFriendlyName) {
    const auto password = crypto::Secret::copy_of("Schlüssel 1");
    const auto chain = *pki::Chain::make({leaf_, outside_.middle});
    ExampleFiles files;
    files.add("maps.pfx",
              to_text(*pki::to_pkcs12(chain, key_, password, {.friendly_name = "Die Karten"})));
    auto wanted = options(files);

    EXPECT_EQ(import(wanted).error().kind, ErrorKind::denied);
    const auto wrong = crypto::Secret::copy_of("wrong");
    wanted.password = &wrong;
    EXPECT_EQ(import(wanted).error().kind, ErrorKind::denied);
    wanted.password = &password;
    wanted.name = "maps";
    const auto change = import(wanted);

    ASSERT_TRUE(change) << change.error().message;
    EXPECT_EQ(inventory_.get("maps")->record.friendly_name, "Die Karten");
}

TEST_F(Importing, RefusesAKeyThatBelongsToNoneOfTheCertificates) {
    ExampleFiles files{leaf_, outside_.middle};
    files.add("key.pem", to_text(*pki::Key::generate(pki::KeyType::ec_p384)->to_pem()));
    auto wanted = options(files);
    wanted.is_forced = true;

    const auto refused = import(wanted);

    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr("(ec-p384) belongs to none"), HasSubstr("(ec-p256)")));
}

TEST_F(Importing, SaysWhatIsMissing) {
    EXPECT_THAT(import({leaf_, outside_.middle}).error().message,
                AllOf(HasSubstr("no private key"), HasSubstr("--key FILE")));
    ExampleFiles only_key;
    only_key.add("key.pem", to_text(*key_.to_pem()));
    EXPECT_THAT(import(only_key).error().message, HasSubstr("no certificate"));

    Requests requests{example_.store, example_.seal};
    RequestOrder order;
    order.names = pki::example_names({"maps.test"});
    const auto asked = *requests.create(order, example_actor, example_now);
    EXPECT_THAT(import({outside_.answer(asked), outside_.middle}).error().message,
                HasSubstr("rhumb cert install"));
}

TEST_F(Importing, TakesAnotherOnesPlaceOnlyWhenTold) {
    ASSERT_TRUE(import(pair()));
    EXPECT_THAT(import(pair()).error().message, HasSubstr("it is here already"));
    const auto next = *pki::Key::generate(pki::KeyType::ec_p256);
    ExampleFiles files{outside_.sign(next.public_key(), {.names = {"maps.test"}}), outside_.middle};
    files.add("key.pem", to_text(*next.to_pem()));
    auto wanted = options(files);

    EXPECT_THAT(import(wanted).error().message, HasSubstr("--replace"));
    wanted.may_replace = true;
    const auto change = import(wanted);

    ASSERT_TRUE(change) << change.error().message;
    EXPECT_TRUE(change->archived);
    EXPECT_TRUE(inventory_.open_key(*inventory_.get("maps.test"))
                    ->matches(inventory_.get("maps.test")->chain->leaf()));
}

TEST_F(Importing, LeavesTheKeyOfAnAuthorityAsideAndAsksWhenThereAreSeveral) {
    auto files = pair();
    files.add("middle-key.pem", to_text(*outside_.middle_key.to_pem()));
    ASSERT_TRUE(import(files)) << import(files).error().message;

    const auto second = *pki::Key::generate(pki::KeyType::ec_p256);
    auto both = pair();
    both.add("b.pem", outside_.sign(second.public_key(), {.names = {"b.test"}}).to_pem());
    both.add("b-key.pem", to_text(*second.to_pem()));
    EXPECT_THAT(import(both).error().message, HasSubstr("2 certificates with their keys"));
}

TEST_F(Importing, TakesTheCertificateThatIsValidAmongSeveralForTheKey) {
    ExampleFiles files{
        outside_.sign(key_.public_key(), {.names = {"maps.test"},
                                          .now = example_now - std::chrono::days{100},
                                          .lifetime = std::chrono::days{90}}),
        leaf_, outside_.middle};
    files.add("key.pem", to_text(*key_.to_pem()));
    ASSERT_TRUE(import(files));
    EXPECT_EQ(inventory_.get("maps.test")->chain->leaf(), leaf_);
}

}  // namespace
}  // namespace rhumb::certs
