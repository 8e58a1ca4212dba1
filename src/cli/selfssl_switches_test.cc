#include "cli/selfssl_switches.h"

#include <gtest/gtest.h>

namespace rhumb::cli {
namespace {

Result<SelfSslSwitches> parse(std::vector<std::string> arguments) {
    return parse_selfssl(arguments);
}

std::string error_of(const std::string& argument) {
    const auto parsed = parse({argument});
    return parsed ? "none" : parsed.error().message;
}

TEST(SelfSsl, TakesTheLineOfTheOldPage) {
    const auto parsed = parse({"/V:365", "/N:CN=myserver", "/T"});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->lifetime, std::chrono::days{365});
    EXPECT_EQ(parsed->names, std::vector<std::string>{"myserver"});
    EXPECT_TRUE(parsed->is_trusted);
    EXPECT_FALSE(parsed->is_quiet);
    EXPECT_TRUE(parsed->notes.empty());
}

TEST(SelfSsl, TakesEitherSignAndEitherCase) {
    const auto parsed = parse({"-t", "-Q", "/s:13", "-p:8443", "/k:4096"});
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->is_trusted);
    EXPECT_TRUE(parsed->is_quiet);
    EXPECT_EQ(parsed->site, "13");
    EXPECT_EQ(parsed->port, 8443);
    EXPECT_EQ(parsed->key_type, pki::KeyType::rsa_4096);
}

TEST(SelfSsl, HasTheFirstSiteAndOneYearWithoutSwitches) {
    const auto parsed = parse({});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->site, "1");
    EXPECT_EQ(parsed->port, std::nullopt);
    EXPECT_EQ(parsed->lifetime, std::chrono::days{397});
    EXPECT_EQ(parsed->key_type, pki::KeyType::rsa_2048);
    EXPECT_TRUE(parsed->names.empty());
}

TEST(SelfSsl, MakesNoWeakKeyAndSaysSo) {
    const auto parsed = parse({"/K:1024"});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->key_type, pki::KeyType::rsa_2048);
    ASSERT_EQ(parsed->notes.size(), 1U);
    EXPECT_NE(parsed->notes.front().find("1024"), std::string::npos);
    EXPECT_NE(parsed->notes.front().find("2048"), std::string::npos);
}

TEST(SelfSsl, ExplainsTheRuleOf825Days) {
    EXPECT_TRUE(parse({"/V:825"})->notes.empty());
    const auto parsed = parse({"/V:826"});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->lifetime, std::chrono::days{826});
    ASSERT_EQ(parsed->notes.size(), 1U);
    EXPECT_NE(parsed->notes.front().find("825"), std::string::npos);
}

TEST(SelfSsl, ReadsAWholeSubject) {
    const auto parsed =
        parse({"/N:CN=gis.example.org, O=Harbour office,OU=Maps,L=Bergen,S=Vestland,C=NO"});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->names, std::vector<std::string>{"gis.example.org"});
    EXPECT_EQ(parsed->subject.organization, "Harbour office");
    EXPECT_EQ(parsed->subject.unit, "Maps");
    EXPECT_EQ(parsed->subject.city, "Bergen");
    EXPECT_EQ(parsed->subject.state, "Vestland");
    EXPECT_EQ(parsed->subject.country, "NO");
}

TEST(SelfSsl, NamesTheSwitchThatIsWrong) {
    for (const std::string argument :
         {"/X", "/V:zero", "/V:0", "/V:40000", "/K:2500", "/K:", "/P:0", "/P:70000",
          "/N:", "/S:", "name", "/TQ", "--trust", "/N:DC=example", "/N:CN=a,b"})
        EXPECT_NE(error_of(argument).find("selfssl"), std::string::npos) << argument;
}

}  // namespace
}  // namespace rhumb::cli
