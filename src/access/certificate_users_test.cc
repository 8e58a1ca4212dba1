#include "access/certificate_users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "pki/forge.h"

namespace rhumb::access {
namespace {

using pki::Forged;
using pki::NamePart;
using testing::HasSubstr;

bool fits(std::string_view pattern, std::string_view text) {
    return Wildcard::of(pattern).matches(text);
}

TEST(Wildcard, StandsForAnyCharacters) {
    EXPECT_TRUE(fits("ann", "ANN"));
    EXPECT_FALSE(fits("ann", "anna"));
    EXPECT_TRUE(fits("*", ""));
    EXPECT_TRUE(fits("*@example.org", "ann@Example.org"));
    EXPECT_FALSE(fits("*@example.org", "ann@example.org.evil.test"));
    EXPECT_TRUE(fits("a*b*c", "aXbYbc"));
    EXPECT_FALSE(fits("a*b*c", "acb"));
    EXPECT_FALSE(fits("ab*ba", "aba")) << "beginning and end do not overlap";
    EXPECT_TRUE(fits("ab*ba", "abba"));
    EXPECT_TRUE(fits("**", "x"));
}

TEST(Wildcard, IsQuickWhateverItIsGiven) {
    const std::string text(20'000, 'a');
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "a*";
    EXPECT_FALSE(fits(pattern + "b", text));
}

bool name_fits(std::string_view pattern, const std::vector<NamePart>& name) {
    const auto parsed = NamePattern::parse(pattern);
    EXPECT_TRUE(parsed) << parsed.error().message;
    return parsed && parsed->matches(name);
}

const std::vector<NamePart> ann{
    {"C", "CH"}, {"O", "Stadt Bern, Amt"}, {"OU", "Plan"}, {"OU", "Vermessung"}, {"CN", "Ann"}};

TEST(NamePattern, AsksForPartsInAnyOrder) {
    EXPECT_TRUE(name_fits("CN=Ann", ann));
    EXPECT_TRUE(name_fits("cn=ann,c=ch", ann));
    EXPECT_TRUE(name_fits("OU=Plan+OU=Vermessung , CN=A*", ann));
    EXPECT_TRUE(name_fits("O=Stadt Bern\\, Amt", ann));
    EXPECT_TRUE(name_fits("O=Stadt Bern\\2C Amt", ann));
    EXPECT_TRUE(name_fits("O = Stadt Bern* ", ann));
    EXPECT_FALSE(name_fits("CN=Bob", ann));
    EXPECT_FALSE(name_fits("CN=Ann,L=Bern", ann));
    EXPECT_FALSE(name_fits("O=Ann", ann)) << "another kind of part";
    EXPECT_FALSE(name_fits("CN=*", {}));
}

TEST(NamePattern, IsNotDeceivedByValuesThatLookLikeParts) {
    EXPECT_FALSE(name_fits("CN=admin", {{"O", "X,CN=admin"}, {"CN", "mallory"}}));
    EXPECT_FALSE(name_fits("CN=admin", {{"CN", "mallory,CN=admin"}}));
    EXPECT_FALSE(name_fits("CN=admin", {{"CN", std::string{"admin\0.evil", 11}}}));
    EXPECT_TRUE(name_fits("CN=\\*", {{"CN", "*"}}));
    EXPECT_FALSE(name_fits("CN=\\*", {{"CN", "admin"}}));
}

TEST(NamePattern, CountsNoCommonNameWhereThereAreTwo) {
    const std::vector<NamePart> two{{"CN", "mallory"}, {"CN", "admin"}};
    EXPECT_FALSE(name_fits("CN=admin", two));
    EXPECT_FALSE(name_fits("CN=*", two));
}

TEST(NamePattern, KnowsKindsByTheirOtherNames) {
    EXPECT_TRUE(name_fits("E=a@b.test", {{"emailAddress", "a@b.test"}}));
    EXPECT_TRUE(name_fits("S=Bern", {{"ST", "Bern"}}));
    EXPECT_TRUE(name_fits("2.5.4.97=X", {{"2.5.4.97", "X"}}));
}

TEST(NamePattern, SaysWhatCannotBeRead) {
    for (const auto* text :
         {"", "Ann", "CN=", "CN=Ann,", "CN=Ann,,O=X", "=Ann", "CN=Ann\\", "C N=x"}) {
        const auto parsed = NamePattern::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_THAT(parsed.error().message, HasSubstr(text));
    }
}

class UserOf : public testing::Test {
protected:
    pki::Certificate certificate(const std::string& common_name,
                                 const std::string& alternative = "") const {
        pki::Recipe recipe{.common_name = common_name,
                           .extensions = {{"extendedKeyUsage", "clientAuth"}}};
        if (!alternative.empty()) recipe = recipe.with("subjectAltName", alternative);
        return pki::forge(recipe, &authority_).certificate;
    }
    std::string user(const config::CertificateUser& rule,
                     const pki::Certificate& certificate) const {
        const auto made = CertificateRule::make(rule);
        EXPECT_TRUE(made) << made.error().message;
        return made ? made->user_of(certificate).value_or("(nobody)") : "";
    }

    const Forged authority_ = pki::forge(pki::root_recipe("Corp CA"), nullptr);
};

TEST_F(UserOf, OneCertificateIsNamed) {
    const auto shown = certificate("x");
    const auto print = text::to_hex(shown.fingerprint_sha256());
    EXPECT_EQ(user({.user = "ann", .certificate = print}, shown), "ann");
    EXPECT_EQ(user({.user = "ann", .certificate = print}, certificate("x")), "(nobody)");
}

TEST_F(UserOf, ManyAreNamedByWhatTheyHave) {
    const auto shown = certificate("ann", "email:ann@corp.test,DNS:pc7.corp.test");
    EXPECT_EQ(user({.user = "staff", .issuer = "CN=Corp CA", .subject = "CN=a*"}, shown), "staff");
    EXPECT_EQ(user({.user = "staff", .issuer = "CN=Other CA", .subject = "CN=a*"}, shown),
              "(nobody)");
    EXPECT_EQ(user({.user = "staff", .issuer = "CN=Corp CA", .subject = "CN=b*"}, shown),
              "(nobody)");
    EXPECT_EQ(user({.user = "staff", .san = "*@corp.test"}, shown), "staff");
    EXPECT_EQ(user({.user = "staff", .san = "*.corp.test"}, shown), "staff");
    EXPECT_EQ(user({.user = "staff", .san = "*@other.test"}, shown), "(nobody)");
}

TEST_F(UserOf, TheFieldHasTheName) {
    const auto shown = certificate(
        "ann",
        "email:a@corp.test,DNS:pc7.corp.test,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ann@AD.TEST");
    EXPECT_EQ(user({.issuer = "CN=Corp CA", .field = "cn"}, shown), "ann");
    EXPECT_EQ(user({.issuer = "CN=Corp CA", .field = "email"}, shown), "a@corp.test");
    EXPECT_EQ(user({.issuer = "CN=Corp CA", .field = "dns"}, shown), "pc7.corp.test");
    EXPECT_EQ(user({.issuer = "CN=Corp CA", .field = "upn"}, shown), "ann@AD.TEST");
}

TEST_F(UserOf, AFieldThatIsMissingTwiceThereOrNoNameMakesNobody) {
    EXPECT_EQ(user({.issuer = "CN=*", .field = "email"}, certificate("ann")), "(nobody)");
    EXPECT_EQ(user({.issuer = "CN=*", .field = "email"},
                   certificate("ann", "email:a@corp.test,email:b@corp.test")),
              "(nobody)");
    EXPECT_EQ(user({.issuer = "CN=*", .field = "cn"}, certificate("a:b")), "(nobody)");
    EXPECT_EQ(user({.issuer = "CN=*", .field = "cn"}, certificate("")), "(nobody)");
}

TEST(CertificateRule, IsRefusedWhenItWouldFitEverybody) {
    EXPECT_FALSE(CertificateRule::make({.user = "ann"}));
    EXPECT_FALSE(CertificateRule::make({.issuer = "CN=X"}));
    EXPECT_FALSE(CertificateRule::make({.user = "ann", .issuer = "CN=X", .field = "cn"}));
    EXPECT_FALSE(CertificateRule::make({.user = "ann", .issuer = "X"}));
    EXPECT_TRUE(CertificateRule::make({.field = "cn"}));
}

}  // namespace
}  // namespace rhumb::access
