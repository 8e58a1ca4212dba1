#include "certs/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "certs/example_answers.h"

namespace rhumb::certs {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class Exporting : public testing::Test {
protected:
    void SetUp() override {
        const auto chain = *pki::Chain::make({leaf_, outside_.middle});
        ASSERT_TRUE(inventory_.add({.name = "*.maps test",
                                    .origin = storage::Origin::import,
                                    .chain = chain,
                                    .key = key_,
                                    .friendly_name = "Die Karten"},
                                   example_actor, example_now));
    }
    Result<Exported> export_as(const ExportOptions& options) {
        return export_certificate(example_.store, example_.seal, "*.maps test", options,
                                  example_actor, example_now);
    }
    static ExportOptions as(ExportFormat format) {
        ExportOptions options;
        options.format = format;
        return options;
    }
    ExportOptions locked(ExportFormat format) const {
        auto options = as(format);
        options.with_key = true;
        options.password = &password_;
        return options;
    }
    /// What is in the bytes, read as a stranger would.
    pki::Bag read(const Exported& exported) const {
        auto bag = pki::read_bag(exported.bytes.view(), &password_);
        EXPECT_TRUE(bag) << bag.error().message;
        return bag ? *std::move(bag) : pki::Bag{};
    }

    ExampleStore example_;
    const OutsideAuthority outside_;
    const pki::Key key_ = *pki::Key::generate(pki::KeyType::ec_p256);
    const pki::Certificate leaf_ = outside_.sign(key_.public_key(), {.names = {"maps.test"}});
    const crypto::Secret password_ = crypto::Secret::copy_of("secret words");
    Inventory inventory_{example_.store, example_.seal};
};

TEST_F(Exporting, GivesTheCertificateAloneAsDerWhenNothingElseIsSaid) {
    const auto exported = export_as({});

    ASSERT_TRUE(exported) << exported.error().message;
    EXPECT_EQ(exported->bytes.view(), leaf_.to_der());
    EXPECT_FALSE(exported->has_key);
    EXPECT_EQ(exported->file_name, "wildcard.maps_test.cer");
    EXPECT_THAT(example_.events(), Not(Contains(HasSubstr("exported"))));
}

TEST_F(Exporting, GivesChainsWithTheRootWhereAsked) {
    EXPECT_EQ(read(*export_as(as(ExportFormat::pem))).certificates.size(), 1U);
    for (const auto format : {ExportFormat::chain, ExportFormat::p7b}) {
        auto options = as(format);
        EXPECT_EQ(read(*export_as(options)).certificates.size(), 2U) << to_text(format);
        options.root = outside_.root;
        EXPECT_EQ(read(*export_as(options)).certificates.size(), 3U) << to_text(format);
        EXPECT_TRUE(read(*export_as(options)).keys.empty());
    }
}

TEST_F(Exporting, GivesTheKeyUnderAPassword) {
    for (const auto format :
         {ExportFormat::pfx, ExportFormat::key, ExportFormat::pem, ExportFormat::chain}) {
        SCOPED_TRACE(to_text(format));
        const auto exported = export_as(locked(format));
        ASSERT_TRUE(exported) << exported.error().message;
        EXPECT_TRUE(exported->has_key);
        const auto bag = read(*exported);
        ASSERT_EQ(bag.keys.size(), 1U);
        EXPECT_TRUE(bag.keys.front().matches(leaf_));
        const auto without = pki::read_bag(exported->bytes.view());
        EXPECT_TRUE(!without || without->keys.empty());
    }
    const auto events = *example_.store.read([](const auto& view) { return view.events(); });
    EXPECT_EQ(events.front().what, "certificate.key-exported");
    EXPECT_EQ(events.back().what, "certificate.added");
    EXPECT_EQ(events.size(), 5U);
    auto compatible = locked(ExportFormat::pfx);
    compatible.encryption = pki::Pkcs12Encryption::compatible;
    EXPECT_EQ(read(*export_as(compatible)).friendly_name, "Die Karten");
}

TEST_F(Exporting, GivesTheKeyInTheClearOnlyWhenThatIsSaid) {
    auto options = as(ExportFormat::key);
    EXPECT_THAT(export_as(options).error().message, HasSubstr("--with-key"));
    options.with_key = true;
    EXPECT_THAT(export_as(options).error().message, HasSubstr("only under a password"));
    options.insecurely_without_password = true;
    const auto exported = export_as(options);
    ASSERT_TRUE(exported);
    EXPECT_EQ(pki::read_bag(exported->bytes.view())->keys.size(), 1U);
    options.format = ExportFormat::pfx;
    EXPECT_EQ(export_as(options).error().kind, ErrorKind::invalid);
    options.password = &password_;
    EXPECT_THAT(export_as(options).error().message, HasSubstr("not both"));
}

TEST_F(Exporting, RefusesAKeyInAFormatThatHoldsNone) {
    EXPECT_THAT(export_as(locked(ExportFormat::der)).error().message, HasSubstr("choose pfx"));
    EXPECT_THAT(export_as(locked(ExportFormat::p7b)).error().message, HasSubstr("choose pfx"));
}

TEST_F(Exporting, KnowsItsFormatsByName) {
    for (const auto* word : {"der", "pem", "chain", "p7b", "pfx", "key"})
        EXPECT_EQ(to_text(*parse_export_format(word)), word);
    EXPECT_EQ(parse_export_format("jks").error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace rhumb::certs
