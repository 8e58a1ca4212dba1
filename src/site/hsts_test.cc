#include "site/hsts.h"

#include <gtest/gtest.h>

#include "certs/example.h"
#include "pki/example.h"

namespace rhumb::site {
namespace {

using certs::example_now;
using std::chrono::days;

class HstsOf : public testing::Test {
protected:
    HstsOf() {
        site_.name = "Maps";
        site_.hsts = config::Hsts::week;
        channel_.is_secure = true;
    }

    void add(std::string name, const std::vector<std::string>& names, bool is_self_signed = false) {
        const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
        auto chain =
            is_self_signed
                ? *pki::Chain::make({*pki::issue_self_signed({.usage = pki::Usage::server,
                                                              .common_name = "",
                                                              .names = pki::example_names(names),
                                                              .now = example_now,
                                                              .lifetime = days{90},
                                                              .constraints = {}},
                                                             key)})
                : *pki::Chain::make({*signer_.try_issue(names, key), signer_.intermediate});
        ASSERT_TRUE(inventory_.add({.name = std::move(name),
                                    .origin = storage::Origin::import,
                                    .chain = std::move(chain),
                                    .key = key},
                                   certs::example_actor, example_now));
        ASSERT_TRUE(credentials_->reload(inventory_, example_now));
    }

    /// For a request to `host` on a connection whose handshake was for `name`.
    std::string value(const std::string& host, const std::string& name) {
        channel_.server_name = name;
        http::Request request;
        request.channel = &channel_;
        request.host = host;
        return std::string{hsts_.value(request, site_, site_.bindings.back())};
    }
    std::string value(const std::string& host) { return value(host, host); }

    certs::ExampleStore example_;
    const pki::ExampleAuthority signer_;
    certs::Inventory inventory_{example_.store, example_.seal};
    std::shared_ptr<certs::Credentials> credentials_ = std::make_shared<certs::Credentials>();
    std::shared_ptr<ForgettingSites> forgetting_ = std::make_shared<ForgettingSites>();
    const Hsts hsts_{credentials_, forgetting_};
    config::Site site_;
    http::Channel channel_;
};

TEST_F(HstsOf, ASiteIsWhatItsStepSays) {
    add("maps", {"maps.test"});
    EXPECT_EQ(value("maps.test"), "max-age=604800");
    EXPECT_EQ(value("maps.test.", "maps.test"), "max-age=604800");
    site_.hsts = config::Hsts::minutes;
    EXPECT_EQ(value("maps.test"), "max-age=300");
    site_.hsts = config::Hsts::year;
    EXPECT_EQ(value("maps.test"), "max-age=31536000");
    site_.hsts = config::Hsts::off;
    EXPECT_EQ(value("maps.test"), "");
}

TEST_F(HstsOf, NothingIsSaidInTheClear) {
    add("maps", {"maps.test"});
    channel_.is_secure = false;
    EXPECT_EQ(value("maps.test"), "");
}

TEST_F(HstsOf, NothingIsSaidForAddressesAndThisMachine) {
    add("maps", {"localhost", "127.0.0.1", "::1"});
    for (const auto* host : {"localhost", "a.localhost", "127.0.0.1", "::1", ""})
        EXPECT_EQ(value(host), "") << host;
}

TEST_F(HstsOf, NothingIsSaidForANameThatTheHandshakeWasNotFor) {
    add("maps", {"maps.test", "sea.test"});
    EXPECT_EQ(value("sea.test", "maps.test"), "");
    EXPECT_EQ(value("sea.test", ""), "");
}

TEST_F(HstsOf, NothingIsSaidWhereTheCertificateIsForOtherNames) {
    add("maps", {"maps.test"});
    EXPECT_EQ(value("sea.test"), "");
}

TEST_F(HstsOf, ASelfSignedCertificateEndsItAtOnce) {
    add("maps", {"maps.test"});
    EXPECT_EQ(value("maps.test"), "max-age=604800");
    add("own", {"maps.test"}, true);
    site_.certificates = {"own"};
    EXPECT_EQ(value("maps.test"), "");
    site_.certificates = {"maps"};
    EXPECT_EQ(value("maps.test"), "max-age=604800");
}

TEST_F(HstsOf, ASiteThatIsForgettingIsZero) {
    add("maps", {"maps.test"});
    forgetting_->replace({"Maps", "Other"});
    EXPECT_EQ(value("maps.test"), "max-age=604800") << "it says something else now";
    site_.hsts = config::Hsts::off;
    EXPECT_EQ(value("maps.test"), "max-age=0");
    site_.name = "Sea";
    EXPECT_EQ(value("maps.test"), "");
}

}  // namespace
}  // namespace rhumb::site
