#include "openid/discovery.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb::openid {
namespace {

using nlohmann::json;

constexpr std::string_view issuer = "https://id.example.org/realms/county";

json good() {
    return {{"issuer", issuer},
            {"authorization_endpoint", "https://id.example.org/auth?x=1"},
            {"token_endpoint", "https://id.example.org/token"},
            {"jwks_uri", "https://id.example.org/keys"}};
}

Result<Discovery> parse(const json& metadata) { return parse_discovery(metadata.dump(), issuer); }

TEST(Discovery, IsReadAsProvidersWriteIt) {
    auto metadata = good();
    auto found = parse(metadata);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->authorization_endpoint, "https://id.example.org/auth?x=1");
    EXPECT_EQ(found->end_session_endpoint, "");
    EXPECT_TRUE(found->takes_secret_in_header);
    EXPECT_FALSE(found->names_issuer_in_answers);

    metadata["token_endpoint_auth_methods_supported"] = {"client_secret_post", "private_key_jwt"};
    metadata["authorization_response_iss_parameter_supported"] = true;
    metadata["end_session_endpoint"] = "https://id.example.org/out";
    found = parse(metadata);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->takes_secret_in_header);
    EXPECT_TRUE(found->names_issuer_in_answers);
    EXPECT_EQ(found->end_session_endpoint, "https://id.example.org/out");
    EXPECT_EQ(discovery_url("https://a.example/"),
              "https://a.example/.well-known/openid-configuration");
}

TEST(Discovery, OfAnotherIssuerIsRefused) {
    for (const auto* other :
         {"https://id.example.org/realms/county/", "https://ID.example.org/realms/county",
          "http://id.example.org/realms/county", ""}) {
        auto metadata = good();
        metadata["issuer"] = other;
        const auto found = parse(metadata);
        ASSERT_FALSE(found) << other;
        EXPECT_NE(found.error().message.find("byte for byte"), std::string::npos);
    }
}

TEST(Discovery, NeedsEndpointsOverHttps) {
    for (const auto* name : {"authorization_endpoint", "token_endpoint", "jwks_uri",
                             "userinfo_endpoint", "end_session_endpoint"})
        for (const auto* url : {"http://id.example.org/x", "javascript:alert(1)", "/x",
                                "https://id.example.org/#x", "https://id.example.org/\"><script>",
                                "http://127.evil.example/", "file:///etc/passwd"}) {
            auto metadata = good();
            metadata[name] = url;
            EXPECT_FALSE(parse(metadata)) << name << " " << url;
        }
    for (const auto* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
        auto metadata = good();
        metadata.erase(name);
        EXPECT_FALSE(parse(metadata)) << name;
    }
}

TEST(Discovery, EscapesWhatIsNot) {
    auto metadata = good();
    metadata["token_endpoint"] = "https://id.example.org/a b\xc3\xa4";
    const auto found = parse(metadata);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->token_endpoint, "https://id.example.org/a%20b%C3%A4");
}

TEST(Discovery, NeedsTheCodeFlow) {
    auto metadata = good();
    metadata["response_types_supported"] = {"id_token"};
    EXPECT_FALSE(parse(metadata));
}

TEST(Issuer, IsAnHttpsUrlWithoutMore) {
    for (const auto* good : {"https://id.example.org", "https://id.example.org:8443/a/b",
                             "http://localhost:8080/realms/x", "http://127.0.0.1:1"})
        EXPECT_TRUE(check_issuer(good)) << good;
    for (const auto* bad :
         {"", "id.example.org", "http://id.example.org", "https://id.example.org?x",
          "https://a:b@id.example.org", "https://id.example.org#x"})
        EXPECT_FALSE(check_issuer(bad)) << bad;
}

}  // namespace
}  // namespace rhumb::openid
