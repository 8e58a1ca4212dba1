#include "ldap/server.h"

#include <gtest/gtest.h>

namespace rhumb::ldap {
namespace {

TEST(LdapServer, ReadsWhereADirectoryIs) {
    EXPECT_EQ(*parse_server("ldaps://a.example.org"), (Server{"a.example.org", 636, true}));
    EXPECT_EQ(*parse_server("LDAP://a.example.org/"), (Server{"a.example.org", 389, false}));
    EXPECT_EQ(*parse_server("ldap://127.0.0.1:10389"), (Server{"127.0.0.1", 10389, false}));
    EXPECT_EQ(*parse_server("ldaps://[2001:db8::1]:10636/"), (Server{"2001:db8::1", 10636, true}));
    EXPECT_EQ(parse_server("ldaps://[2001:db8::1]")->to_string(), "ldaps://[2001:db8::1]:636");
}

TEST(LdapServer, RefusesWhatLeadsNowhere) {
    for (const auto* const url :
         {"", "a.example.org", "http://a", "ldap://", "ldap:///", "ldap://a:0", "ldap://a:70000",
          "ldap://a:", "ldap://a:+1", "ldap://[::1", "ldap://[::1]x", "ldap://a/dc=example",
          "ldap://ann@a", "ldap://a b", "ldapi://%2Frun%2Fldapi", "ldap://a?b",
          "ldap://[a.b]:1x"}) {
        const auto server = parse_server(url);
        ASSERT_FALSE(server) << url;
        EXPECT_NE(server.error().message.find("ldaps://"), std::string::npos);
    }
}

}  // namespace
}  // namespace rhumb::ldap
