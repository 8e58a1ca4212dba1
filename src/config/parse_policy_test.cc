/// Reading who may: rules of parts, and [security].

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/allowed.h"
#include "config/parse.h"

namespace rhumb::config {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* rules = R"([[site]]
name = "Maps"
client_certificate = "accept"
hsts = "1 week"
[[site.location]]
path = "/plans"
require_https = "redirect"

allow = ["role:Planners", "user:Ann O'Hara", "address:192.0.2.7/24", "address:2001:DB8:0::/32"]
[[site.location]]
path = "/arcgis"
handler = "gis"
[[gis.folder]]
name = "Water"
allow = ["authenticated"]
[[gis.service]]
name = "Water/Rivers"
source = "rivers.gpkg"
client_certificate = "require"
[[gis.service.layer]]
id = 7
allow = ["user:ann"]
[[gis.service.layer]]
id = 2
allow = ["anyone"]
)";

TEST(ParsePolicy, ReadsTheRulesOfEveryPart) {
    const auto parsed = parse(rules, "t.toml");
    ASSERT_TRUE(parsed.is_good()) << to_text(parsed.errors);
    const auto& site = parsed.document.sites[0];
    EXPECT_EQ(site.client_certificate, ClientCertificate::accept);
    EXPECT_EQ(site.allow, (AllowList{{Allowed::Kind::anyone, ""}}));
    EXPECT_EQ(site.hsts, Hsts::week);
    const auto& plans = site.locations[1];
    EXPECT_EQ(plans.require_https, RequireHttps::redirect);
    EXPECT_FALSE(plans.client_certificate);
    EXPECT_EQ(to_text(plans.allow.value_or(AllowList{})),
              "role:Planners, user:Ann O'Hara, address:192.0.2.0/24, address:2001:db8::/32");
    const auto& gis = parsed.document.gis;
    EXPECT_EQ(gis.folders[0].allow, (AllowList{{Allowed::Kind::authenticated, ""}}));
    EXPECT_EQ(gis.services[0].client_certificate, ClientCertificate::require);
    ASSERT_EQ(gis.services[0].layers.size(), 2U);
    EXPECT_EQ(gis.services[0].layers[0].id, 2U);
    EXPECT_EQ(gis.services[0].layers[1].allow, (AllowList{{Allowed::Kind::user, "ann"}}));
}

TEST(ParsePolicy, SaysInWhichLinesRulesStand) {
    const auto lines = parse(rules, "t.toml").policy_lines;
    EXPECT_EQ(lines.at("site «Maps»").client_certificate, 3U);
    EXPECT_EQ(lines.at("site «Maps»").allow, 1U);  // it says nothing: where it begins
    EXPECT_EQ(lines.at("location /plans of site «Maps»").require_https, 7U);
    EXPECT_EQ(lines.at("location /plans of site «Maps»").allow, 9U);
    EXPECT_EQ(lines.at("folder Water").allow, 15U);
    EXPECT_EQ(lines.at("service Water/Rivers").client_certificate, 19U);
    EXPECT_EQ(lines.at("layer 7 of service Water/Rivers").allow, 20U);
    EXPECT_EQ(lines.at("layer 2 of service Water/Rivers").allow, 23U);
}

TEST(ParsePolicy, ReadsSecurity) {
    const auto parsed = parse(R"(
[security]
trusted_proxies = ["10.0.0.0/8", "::ffff:192.0.2.1"]
proxies_end_tls = true
client_authorities = ["partners.pem"]
tokens = { short_minutes = 5, long_minutes = 10 }
sessions = { idle_minutes = 3, absolute_hours = 4 }
sign_in = { account_failures = 2, account_minutes = 6, address_failures = 7 }
certificate_user = [{ user = "ann", issuer = "CN=x", san = "*@x" }, { field = "upn", issuer = "CN=x" }]
)",
                              "t.toml");
    ASSERT_TRUE(parsed.is_good()) << to_text(parsed.errors);
    EXPECT_TRUE(parsed.warnings.empty()) << to_text(parsed.warnings);
    const auto& security = parsed.document.security;
    EXPECT_THAT(security.trusted_proxies, ElementsAre("10.0.0.0/8", "192.0.2.1"));
    EXPECT_TRUE(security.proxies_end_tls);
    EXPECT_EQ(security.tokens, (Tokens{5min, 10min}));
    EXPECT_EQ(security.sessions, (Sessions{3min, 4h}));
    EXPECT_EQ(security.sign_in, (SignInLimits{2, 6min, 7}));
    ASSERT_EQ(security.certificate_users.size(), 2U);
    EXPECT_EQ(security.certificate_users[1].field, "upn");
}

TEST(ParsePolicy, WarnsOfWhatIsProbablyNotMeant) {
    const auto warnings = [](std::string_view text) {
        return to_text(parse(text, "t.toml").warnings);
    };
    EXPECT_THAT(warnings("[[site]]\nhsts = \"1 year\""), HasSubstr("others are not led there"));
    EXPECT_THAT(warnings("[security.sessions]\nidle_minutes = 120\nabsolute_hours = 1"),
                HasSubstr("has no effect"));
    EXPECT_THAT(warnings("[security]\nclient_authorities = [\"x.pem\"]\n"
                         "[[security.certificate_user]]\nfield = \"cn\""),
                HasSubstr("may name any user"));
}

struct Fault {
    const char* name;
    const char* text;
    const char* message;
};

class ParsePolicyRefuses : public testing::TestWithParam<Fault> {};

TEST_P(ParsePolicyRefuses, WithOneMessageThatSaysWhy) {
    const auto errors = parse(GetParam().text, "t.toml").errors;
    ASSERT_EQ(errors.size(), 1U) << to_text(errors);
    EXPECT_THAT(errors[0].message, HasSubstr(GetParam().message));
    EXPECT_GT(errors[0].line, 0U);
}

constexpr Fault faults[] = {
    {"ClientCertificate",
     "[[site]]\n[[site.location]]\npath = \"/a\"\nclient_certificate = \"demand\"",
     "must be one of “ignore”, “accept”, “require”"},
    {"AllowEmpty", "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = []",
     "nobody could come in"},
    {"AllowWithoutKind", "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"planners\"]",
     "did you mean “role:planners” or “user:planners”?"},
    {"AllowMisspeltKind", "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"rol:planners\"]",
     "did you mean “role:planners”?"},
    {"AllowGroup", "[[gis.service]]\nname = \"a\"\nsource = \"b\"\nallow = [\"group: planners\"]",
     "did you mean “role:planners”?"},
    {"AllowEveryone", "[[gis.service]]\nname = \"a\"\nsource = \"b\"\nallow = [\"everyone\"]",
     "did you mean “anyone”?"},
    {"AllowMisspeltWord",
     "[[gis.service]]\nname = \"a\"\nsource = \"b\"\nallow = [\"authenticate\"]",
     "did you mean “authenticated”?"},
    {"AllowBareAddress", "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"10.0.0.0/8\"]",
     "did you mean “address:10.0.0.0/8”?"},
    {"AllowBadAddress",
     "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"address:10.0.0.0/33\"]",
     "has no number from 0 to 32"},
    {"AllowNoAddress",
     "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"address:example.org\"]",
     "neither an IP address nor a network"},
    {"AllowName", "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"user:a/b\"]",
     "must have none of : ; , /"},
    {"AllowNoName", "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"role:\"]",
     "is missing"},
    {"AllowAnyoneAndMore",
     "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"anyone\", \"role:a\"]",
     "the other entries have no effect"},
    {"AllowTwice", "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [\"role:a\", \"role:A\"]",
     "«role:A» stands there twice"},
    {"AllowANumber", "[[site]]\n[[site.location]]\npath = \"/a\"\nallow = [7]",
     "must be text, in quotes"},
    {"LayerWithoutId",
     "[[gis.service]]\nname = \"a\"\nsource = \"b\"\n[[gis.service.layer]]\nallow = [\"anyone\"]",
     "needs an id"},
    {"LayerWithoutAllow",
     "[[gis.service]]\nname = \"a\"\nsource = \"b\"\n[[gis.service.layer]]\nid = 0",
     "needs an allow"},
    {"LayerHttps",
     "[[gis.service]]\nname = \"a\"\nsource = \"b\"\n[[gis.service.layer]]\nid = 0\nallow = [\"anyone\"]\nrequire_https = \"no\"",
     "has no key «require_https»"},
    {"LayerTwice",
     "[[gis.service]]\nname = \"a\"\nsource = \"b\"\n[[gis.service.layer]]\nid = 1\nallow = [\"anyone\"]\n[[gis.service.layer]]\nid = 1\nallow = [\"anyone\"]",
     "has rules for layer 1 already, in line 4"},
    {"Hsts", "[[site]]\nhsts = \"1 day\"", "must be one of “off”, “5 minutes”, “1 week”, “1 year”"},
    {"HstsWithoutHttps", "[[site]]\nbindings = [\"http://*:80\"]\nhsts = \"1 week\"",
     "has no https binding"},
    {"PeopleWithoutHttps", "[[site]]\nbindings = [\"http://*:80\"]\nallow = [\"role:a\"]",
     "never done in the clear"},
    {"PeopleOfALocationWithoutHttps",
     "[[site]]\nbindings = [\"http://*:80\"]\n[[site.location]]\npath = \"/a\"\nallow = [\"authenticated\"]",
     "location /a of site «Default Web Site» lets in only who signs in"},
    {"PeopleOfAServiceWithoutHttps",
     "[[site]]\nbindings = [\"http://*:80\"]\n[[site.location]]\npath = \"/arcgis\"\nhandler = \"gis\"\n[[gis.service]]\nname = \"a\"\nsource = \"b\"\nallow = [\"user:ann\"]",
     "service a lets in only who signs in"},
    {"PeopleOfALayerWithoutHttps",
     "[[site]]\nbindings = [\"http://*:80\"]\n[[site.location]]\npath = \"/arcgis\"\nhandler = \"gis\"\n[[gis.service]]\nname = \"a\"\nsource = \"b\"\n[[gis.service.layer]]\nid = 3\nallow = [\"user:ann\"]",
     "layer 3 of service a lets in only who signs in"},
    {"CertificateWithoutHttps",
     "[[site]]\nbindings = [\"http://*:80\"]\nclient_certificate = \"require\"", "over https only"},
    {"Proxy", "[security]\ntrusted_proxies = [\"proxy.example.org\"]",
     "must be an IP address or a network"},
    {"ProxiesThatNobodyNamed", "[security]\nproxies_end_tls = true",
     "says nothing without trusted_proxies"},
    {"ProxiesThatAreEverybody", "[security]\ntrusted_proxies = [\"::/0\"]\nproxies_end_tls = true",
     "is everybody"},
    {"Tokens", "[security.tokens]\nshort_minutes = 0", "must be from 1 to 10080"},
    {"TokensOutOfOrder", "[security.tokens]\nshort_minutes = 90\nlong_minutes = 60",
     "must not be less than short_minutes (90)"},
    {"Sessions", "[security.sessions]\nabsolute_hours = \"12\"", "must be a whole number"},
    {"SignIn", "[security.sign_in]\naccount_failure = 3", "did you mean «account_failures»?"},
    {"CertificateUserOfNobody", "[[security.certificate_user]]\nissuer = \"CN=x\"",
     "needs either user"},
    {"CertificateUserTwice",
     "[[security.certificate_user]]\nuser = \"a\"\nfield = \"cn\"\nissuer = \"CN=x\"",
     "needs either user"},
    {"CertificateUserOfAll", "[[security.certificate_user]]\nuser = \"a\"",
     "every certificate would be of «a»"},
    {"CertificateUserFingerprint",
     "[[security.certificate_user]]\nuser = \"a\"\ncertificate = \"ab:cd\"",
     "64 hexadecimal digits"},
    {"CertificateUserField", "[[security.certificate_user]]\nfield = \"mail\"",
     "must be one of “cn”, “email”, “upn”, “dns”"},
};

INSTANTIATE_TEST_SUITE_P(Parse, ParsePolicyRefuses, testing::ValuesIn(faults),
                         [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
}  // namespace rhumb::config
