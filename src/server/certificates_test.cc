#include "server/certificates.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "config/parse.h"
#include "tls/testing.h"

namespace rhumb::server {
namespace {

using certs::example_now;
using std::chrono::days;
using testing::HasSubstr;

/// A store after its first start, and beside it a server at whose port the test shows what it
/// likes.
class CertificatesOfServer : public testing::Test {
protected:
    CertificatesOfServer() {
        const auto prepared = certificates_.prepare(document(server_.port()));
        EXPECT_TRUE(prepared) << prepared.error().message;
        source_->show(certificates_.credentials()->current()->default_group());
    }
    static config::Document document(std::uint16_t port) {
        return *config::parse_or_fail(
            fmt::format("[[site]]\nbindings = [\"https://127.0.0.1:{}\"]\n", port), "test.toml");
    }
    storage::CertificateRecord present() {
        return certs::Inventory{example_.store, example_.seal}.get("auto")->record;
    }
    bool is_undone() const {
        const auto events = example_.events();
        return std::ranges::any_of(
            events, [](const auto& event) { return event.starts_with("certificate.undone"); });
    }

    certs::ExampleStore example_;
    ManualClock clock_{example_now};
    const observe::Log log_ = observe::Log::to_nowhere();
    std::shared_ptr<tls::ExampleSource> source_ =
        std::make_shared<tls::ExampleSource>(tls::CredentialGroup{});
    tls::ExampleServer server_{source_};
    Certificates certificates_{{example_.store,
                                example_.seal,
                                {example_.store.directory(), {}},
                                clock_,
                                log_,
                                {},
                                std::chrono::milliseconds{300}}};
};

/// Shows what is current, as the loops of a server do.
class Current final : public tls::CredentialSource {
public:
    explicit Current(std::shared_ptr<const certs::Credentials> credentials)
        : credentials_{std::move(credentials)} {}
    tls::CredentialGroup find(std::string_view name) const override {
        return credentials_->find(name);
    }

private:
    std::shared_ptr<const certs::Credentials> credentials_;
};

TEST_F(CertificatesOfServer, AreRenewedAndSeen) {
    const tls::ExampleServer server{std::make_shared<Current>(certificates_.credentials())};
    const auto before = present();
    clock_.set(example_now + days{80});
    certificates_.look_after(document(server.port()));

    EXPECT_NE(present().id, before.id);
    EXPECT_GT(present().not_after, before.not_after);
    EXPECT_FALSE(is_undone());
}

TEST_F(CertificatesOfServer, AreTakenBackWhenAnotherIsShown) {
    const auto before = present();
    const auto shown = certificates_.credentials()->current()->default_group();
    clock_.set(example_now + days{80});
    certificates_.look_after(document(server_.port()));

    EXPECT_EQ(present().id, before.id) << "the old one is in use again";
    EXPECT_TRUE(is_undone());
    EXPECT_EQ(certificates_.credentials()->current()->default_group().front()->chain().leaf(),
              shown.front()->chain().leaf());
    EXPECT_EQ(present().renewal.failures, 1U);
    EXPECT_THAT(present().renewal.last_error, HasSubstr("shows another certificate"));
    ASSERT_TRUE(present().renewal.next_attempt);
    EXPECT_GT(*present().renewal.next_attempt, clock_.now());

    const auto count = example_.events().size();
    certificates_.look_after(document(server_.port()));
    EXPECT_EQ(example_.events().size(), count) << "not again before its time";
}

TEST_F(CertificatesOfServer, AreKeptWhenNobodyCanBeReached) {
    const auto before = present();
    std::uint16_t nobody = 0;
    {
        const tls::ExampleServer gone{source_};
        nobody = gone.port();
    }
    clock_.set(example_now + days{80});
    certificates_.look_after(document(nobody));

    EXPECT_NE(present().id, before.id)
        << "an old certificate would end, and the new one may be good";
    EXPECT_FALSE(is_undone());
}

TEST_F(CertificatesOfServer, PublishTheRevocationListsOfTheStore) {
    certificates_.look_after(document(server_.port()));
    const auto lists = certs::current_crls(example_.store);
    ASSERT_TRUE(lists);
    ASSERT_FALSE(lists->empty());
    for (const auto& list : *lists) {
        const auto current = certificates_.lists()->get();
        const auto* const published = current->find(list.path);
        ASSERT_NE(published, nullptr) << list.path;
        EXPECT_EQ(*published->der, list.der);
    }
}

}  // namespace
}  // namespace rhumb::server
