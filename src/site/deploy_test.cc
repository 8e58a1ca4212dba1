#include "site/deploy.h"

#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "certs/example.h"
#include "config/parse.h"
#include "config/write.h"
#include "crypto/hash.h"
#include "pki/example.h"
#include "tls/testing.h"

namespace rhumb::site {
namespace {

using namespace std::chrono_literals;
using certs::example_now;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A store with a certificate, and a server beside it that shows what the test says.
class DeployTo : public testing::Test {
protected:
    DeployTo() {
        document_ = *config::parse_or_fail(
            fmt::format("[[site]]\nname = \"S\"\nbindings = [\"https://127.0.0.1:{}\"]\n",
                        server_.port()),
            "test.toml");
        home_.emplace(
            *Home::in_store(example_.store, document_, {"ann", "a test", "", example_now}));
        old_ = add("maps", {"maps.test"});
        source_->show({credential("maps")});
    }

    storage::Id add(const std::string& name, const std::vector<std::string>& names,
                    pki::KeyType type = pki::KeyType::ec_p256) {
        const auto key = *pki::Key::generate(type);
        auto chain = *pki::Chain::make({*signer_.try_issue(names, key), signer_.intermediate});
        return *inventory_.add({.name = name,
                                .origin = storage::Origin::import,
                                .chain = std::move(chain),
                                .key = key},
                               certs::example_actor, example_now);
    }
    tls::CredentialPointer credential(const std::string& name) {
        certs::Credentials all;
        EXPECT_TRUE(all.reload(inventory_, example_now));
        return all.current()->find_by_name(name);
    }
    /// The certificate «maps» gives way to one for the same name.
    Make replacement() {
        return [this]() -> Result<Undo> {
            const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
            TRY(const auto added, inventory_.replace(old_,
                                                     {.name = "maps",
                                                      .origin = storage::Origin::import,
                                                      .chain = signer_.chain({"maps.test"}, key),
                                                      .key = key},
                                                     certs::example_actor, example_now));
            return Undo{[this, added](std::string_view why) {
                undone_ = why;
                return example_.store.transact(
                    [&](storage::Transaction& transaction) -> Result<void> {
                        TRY_DONE(transaction.archive_certificate(added, example_now));
                        return transaction.restore_certificate(old_);
                    });
            }};
        };
    }
    Running running() const {
        Running running;
        running.process = 1;
        running.digest = text::to_hex(*crypto::sha256(home_->current()->text));
        running.document = document_;
        return running;
    }
    Deployment deployment(std::chrono::milliseconds limit = 5s) {
        return {.inventory = inventory_,
                .home = *home_,
                .clock = clock_,
                .running = [this] { return said_ ? said_() : std::optional{running()}; },
                .limit = limit};
    }

    certs::ExampleStore example_;
    const pki::ExampleAuthority signer_;
    certs::Inventory inventory_{example_.store, example_.seal};
    const ManualClock clock_{example_now};
    std::shared_ptr<tls::ExampleSource> source_ =
        std::make_shared<tls::ExampleSource>(tls::CredentialGroup{});
    tls::ExampleServer server_{source_};
    config::Document document_;
    std::optional<Home> home_;
    storage::Id old_ = 0;
    std::string undone_;
    std::function<std::optional<Running>()> said_;
};

TEST_F(DeployTo, AServerIsDoneWhenTheNewCertificateIsSeen) {
    // The server takes it a moment later, as servers do.
    int count = 0;
    said_ = [&] {
        if (++count == 2) source_->show({credential("maps")});
        return running();
    };
    const auto deployed = deploy(deployment(), replacement());
    ASSERT_TRUE(deployed) << deployed.error().message;
    EXPECT_TRUE(deployed->is_running);
    ASSERT_EQ(deployed->seen.size(), 1U);
    EXPECT_EQ(deployed->seen[0].url, fmt::format("https://127.0.0.1:{}", server_.port()));
    EXPECT_EQ(deployed->seen[0].site, "S");
    EXPECT_THAT(deployed->seen[0].certificates, ElementsAre("maps"));
    EXPECT_EQ(undone_, "");
}

TEST_F(DeployTo, AServerThatShowsAnotherCertificateIsTakenBack) {
    const auto before = credential("maps")->chain().leaf();
    const auto deployed = deploy(deployment(100ms), replacement());
    ASSERT_FALSE(deployed);
    EXPECT_EQ(deployed.error().kind, ErrorKind::conflict);
    EXPECT_THAT(deployed.error().message,
                HasSubstr("shows another certificate instead: CN=maps.test"));
    EXPECT_THAT(deployed.error().message,
                HasSubstr(pki::to_colon_hex(before.fingerprint_sha256())));
    EXPECT_THAT(deployed.error().message, HasSubstr("taken back"));
    EXPECT_THAT(undone_, HasSubstr("shows another certificate"));
    EXPECT_EQ(credential("maps")->chain().leaf(), before);
}

TEST_F(DeployTo, AServerThatRefusesHandshakesIsTakenBack) {
    source_->show({});
    const auto deployed = deploy(deployment(100ms), replacement());
    ASSERT_FALSE(deployed);
    EXPECT_THAT(deployed.error().message, HasSubstr("no certificate was seen"));
    EXPECT_NE(undone_, "");
}

TEST_F(DeployTo, NobodyIsOnlyStored) {
    said_ = [] { return std::optional<Running>{}; };
    const auto deployed = deploy(deployment(), replacement());
    ASSERT_TRUE(deployed);
    EXPECT_FALSE(deployed->is_running);
    EXPECT_THAT(deployed->seen, IsEmpty());
    EXPECT_EQ(undone_, "");
}

TEST_F(DeployTo, AServerThatEndsMeanwhileIsTakenBack) {
    int count = 0;
    said_ = [&] { return ++count == 1 ? std::optional{running()} : std::nullopt; };
    const auto deployed = deploy(deployment(), replacement());
    ASSERT_FALSE(deployed);
    EXPECT_THAT(deployed.error().message, HasSubstr("the server has ended"));
    EXPECT_NE(undone_, "");
}

TEST_F(DeployTo, AServerWhoseEndpointsShowTheSameIsNotLookedAt) {
    source_->show({});  // a look would fail
    const auto deployed = deploy(deployment(), [this]() -> Result<Undo> {
        (void)add("other", {"maps.test"},
                  pki::KeyType::ec_p384);  // as good as the other, by name after it
        return Undo{[](std::string_view) { return Result<void>{}; }};
    });
    ASSERT_TRUE(deployed) << deployed.error().message;
    EXPECT_TRUE(deployed->is_running);
}

TEST_F(DeployTo, WhatFailsByItselfIsNotTakenBack) {
    const auto deployed =
        deploy(deployment(), []() -> Result<Undo> { return fail(ErrorKind::denied, "no"); });
    ASSERT_FALSE(deployed);
    EXPECT_EQ(deployed.error().message, "no");
}

TEST_F(DeployTo, BothPartsOfAPairAreSeen) {
    const auto deployed = deploy(deployment(), [this]() -> Result<Undo> {
        (void)add("rsa", {"maps.test"}, pki::KeyType::rsa_2048);
        source_->show({credential("maps"), credential("rsa")});
        return Undo{[](std::string_view) { return Result<void>{}; }};
    });
    ASSERT_TRUE(deployed) << deployed.error().message;
    ASSERT_FALSE(deployed->seen.empty());
    EXPECT_THAT(deployed->seen[0].certificates, testing::UnorderedElementsAre("maps", "rsa"));

    const auto half = deploy(deployment(100ms), [this]() -> Result<Undo> {
        (void)add("rsa-sea", {"sea.test"}, pki::KeyType::rsa_2048);
        (void)add("sea", {"sea.test"});
        source_->show({credential("sea")});
        return Undo{[this](std::string_view why) {
            undone_ = why;
            return Result<void>{};
        }};
    });
    ASSERT_FALSE(half) << "the part with the RSA key is not shown";
    EXPECT_NE(undone_, "");
}

TEST_F(DeployTo, ANameWhoseCertificateGoesIsLookedAt) {
    (void)add("auto", {"localhost"});
    const Make removal = [this]() -> Result<Undo> {
        TRY_DONE(inventory_.archive("maps", certs::example_actor, example_now));
        return Undo{[this](std::string_view why) {
            undone_ = why;
            return example_.store.transact([&](storage::Transaction& transaction) {
                return transaction.restore_certificate(old_);
            });
        }};
    };
    const auto kept = deploy(deployment(100ms), removal);
    ASSERT_FALSE(kept) << "the server goes on showing it";
    EXPECT_THAT(kept.error().message, HasSubstr("for «maps.test» shows another certificate"));
    source_->show({credential("auto")});
    const auto gone = deploy(deployment(), removal);
    ASSERT_TRUE(gone) << gone.error().message;
    ASSERT_EQ(gone->seen.size(), 1U);
    EXPECT_EQ(gone->seen[0].host, "maps.test");
    EXPECT_THAT(gone->seen[0].certificates, ElementsAre("auto"));
}

TEST_F(DeployTo, AConfigurationThatIsRefusedIsTakenBackWithTheReason) {
    const auto first = home_->current()->revision;
    const Change change{"ann", "a test", "", example_now};
    const auto before = running();
    said_ = [&, before] {
        auto now = before;
        now.refused_digest = text::to_hex(*crypto::sha256(home_->current()->text));
        now.refusal = "the port is taken";
        return std::optional{now};
    };
    const auto deployed = deploy(deployment(), [&]() -> Result<Undo> {
        TRY_DONE(home_->edit(
            [](config::Document& document) -> Result<void> {
                document.sites.front().certificates = {"maps"};
                return {};
            },
            change));
        return Undo{[&](std::string_view) -> Result<void> {
            TRY_DONE(home_->rollback(first, change));
            return {};
        }};
    });
    ASSERT_FALSE(deployed);
    EXPECT_EQ(deployed.error().kind, ErrorKind::conflict);
    EXPECT_THAT(deployed.error().message, HasSubstr("the port is taken"));
    EXPECT_EQ(home_->current()->document, document_);
}

TEST_F(DeployTo, AServerThatRefusedAnEarlierConfigurationStillTakesCertificates) {
    const auto served = running();
    ASSERT_TRUE(home_->edit(
        [](config::Document& document) -> Result<void> {
            document.server.log_level = config::LogLevel::debug;
            return {};
        },
        {"ann", "a test", "", example_now}));
    said_ = [&, served] {
        auto now = served;
        now.refused_digest = text::to_hex(*crypto::sha256(home_->current()->text));
        now.refusal = "the port is taken";
        source_->show({credential("maps")});
        return std::optional{now};
    };
    const auto deployed = deploy(deployment(), replacement());
    EXPECT_TRUE(deployed) << deployed.error().message;
}

}  // namespace
}  // namespace rhumb::site
