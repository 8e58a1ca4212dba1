#include "doctor/served.h"

#include <gtest/gtest.h>

#include "pki/example.h"

namespace rhumb::doctor {
namespace {

const pki::ExampleAuthority signer;

tls::CredentialPointer credential_for(const std::vector<std::string>& names) {
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    return *tls::Credential::make(signer.chain(names, key), key);
}

site::Served served(const std::string& host, const tls::CredentialPointer& credential,
                    config::Binding binding = {true, "*", 8443}) {
    return {.site = "Maps",
            .binding = std::move(binding),
            .host = host,
            .choice = {.credentials = {credential}},
            .certificates = {}};
}

config::Document document(std::vector<std::string> host_names) {
    config::Document document;
    config::Site site;
    site.name = "Maps";
    site.host_names = std::move(host_names);
    site.bindings = {{false, "127.0.0.1", 8080}, {true, "*", 8443}};
    site.tls = config::TlsProfile::modern;
    document.sites.push_back(site);
    return document;
}

TEST(Orders, AskForEachHostAtThisMachine) {
    const auto credential = credential_for({"a.test"});
    const auto orders = orders_for(document({"a.test", "*.b.test"}),
                                   {served("a.test", credential), served("*.b.test", credential)},
                                   {"localhost"}, {signer.root});
    ASSERT_EQ(orders.size(), 3U);
    EXPECT_EQ(orders[0].target.origin(), "https://a.test:8443");
    EXPECT_EQ(orders[0].address, (net::Address{"127.0.0.1", 8443}));
    EXPECT_EQ(orders[0].promise->profile, tls::Profile::modern);
    EXPECT_TRUE(orders[0].promise->is_named);
    EXPECT_EQ(orders[0].promise->fingerprints,
              std::vector{credential->chain().leaf().fingerprint_sha256()});
    EXPECT_TRUE(orders[0].is_survey_wanted);

    EXPECT_EQ(orders[1].target.host, "rhumb-doctor.b.test");
    EXPECT_FALSE(orders[1].promise->is_named) << "nobody need enter a wildcard into the DNS";
    EXPECT_FALSE(orders[1].is_survey_wanted) << "one survey for one place";

    EXPECT_EQ(orders[2].target.origin(), "http://a.test:8080");
}

TEST(Orders, AskForANameOfTheCertificateWhereAnyIsAnswered) {
    const auto credential = credential_for({"gis.test", "localhost"});
    const auto of = [&](const std::vector<std::string>& hosts) {
        return orders_for(document({}), {served("", credential)}, hosts, {}).front().target.host;
    };
    EXPECT_EQ(of({"localhost"}), "localhost") << "as people are told";
    EXPECT_EQ(of({"other.test"}), "gis.test") << "the certificate is not for that one";
    EXPECT_EQ(of({}), "gis.test");
}

TEST(Orders, TakeTheAddressOfABinding) {
    const auto credential = credential_for({"a.test"});
    const auto at = [&](const char* address) {
        return orders_for(document({}), {served("a.test", credential, {true, address, 8443})}, {},
                          {})
            .front()
            .address->to_string();
    };
    EXPECT_EQ(at("127.0.0.2"), "127.0.0.2:8443");
    EXPECT_EQ(at("::1"), "[::1]:8443");
    EXPECT_EQ(at("*"), "127.0.0.1:8443");
}

TEST(Orders, PassOverHandshakesThatAreRefusedOnPurpose) {
    auto refused = served("a.test", credential_for({"a.test"}));
    refused.choice.credentials.clear();
    EXPECT_EQ(orders_for(document({"a.test"}), {refused}, {}, {}).size(), 1U) << "http alone";
}

}  // namespace
}  // namespace rhumb::doctor
