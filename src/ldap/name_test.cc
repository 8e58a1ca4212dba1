#include "ldap/name.h"

#include <gtest/gtest.h>

namespace rhumb::ldap {
namespace {

using namespace std::string_literals;

TEST(LdapFilter, EscapesWhatMeansSomething) {
    EXPECT_EQ(escape_in_filter("ann"), "ann");
    EXPECT_EQ(escape_in_filter("*)(uid=*"), R"(\2a\29\28uid=\2a)");
    EXPECT_EQ(escape_in_filter("a\0b\\"s), R"(a\00b\5c)");
    EXPECT_EQ(escape_in_filter("Bjørn"), R"(Bj\c3\b8rn)");
    EXPECT_EQ(escape_in_filter(""), "");
}

TEST(LdapFilter, IsRecognised) {
    for (const auto* const good :
         {"(uid=ann)", "(&(objectClass=person)(uid=a\\2ab))", "(!(a=*))", "(a>=b)", "(|(a=b))",
          "(memberOf:1.2.840.113556.1.4.1941:=cn=a,dc=b)"})
        EXPECT_TRUE(is_filter(good)) << good;
    for (const auto* const bad : {"", "(uid=ann", "(uid)", "(&(uid=ann)", "(uid=\\zz)", "()"})
        EXPECT_FALSE(is_filter(bad)) << bad;
    EXPECT_FALSE(is_filter("(uid=a)\0"s));
}

TEST(LdapName, EscapesWhatMeansSomething) {
    EXPECT_EQ(escape_in_name("ann"), "ann");
    EXPECT_EQ(escape_in_name("O'Hara, Ann"), R"(O'Hara\2c Ann)");
    EXPECT_EQ(escape_in_name(" #a\0 "s), R"(\20\23a\00\20)");
    EXPECT_EQ(escape_in_name("x,dc=evil+cn=admin"), R"(x\2cdc\3devil\2bcn\3dadmin)");
}

TEST(LdapName, IsFilledInEverywhere) {
    EXPECT_EQ(filled_in("(|(uid={name})(mail={name}@b))", "ann"), "(|(uid=ann)(mail=ann@b))");
    EXPECT_EQ(filled_in("{name}@example.org", "ann"), "ann@example.org");
    // What is filled in is not looked at again.
    EXPECT_EQ(filled_in("uid={name}", "{name}"), "uid={name}");
    EXPECT_EQ(filled_in("none", "ann"), "none");
}

TEST(LdapName, IsComparedWithoutCaseAndBlanks) {
    EXPECT_EQ(comparable("UID=Ann , OU=People,DC=Example"),
              comparable("uid=ann,ou=people,dc=example"));
    EXPECT_EQ(comparable(R"(cn=a\2c b,dc=x)"), comparable(R"(CN=A\, B,DC=X)"));
    EXPECT_EQ(comparable("cn=a+uid=b,dc=x"), comparable("UID=b+CN=a,dc=x"));
    EXPECT_NE(comparable("uid=ann,ou=a"), comparable("uid=ann,ou=b"));
    EXPECT_NE(comparable(R"(cn=a\2cdc\3dx)"), comparable("cn=a,dc=x"));
    EXPECT_FALSE(comparable("no name"));
    EXPECT_FALSE(comparable(""));
}

TEST(LdapName, TellsTheValueOfItsFirstPart) {
    EXPECT_EQ(first_value(R"(UID=O\27Hara\2c Ann,ou=people)", "uid"), "O'Hara, Ann");
    EXPECT_EQ(first_value("cn=a+uid=b,dc=x", "uid"), "b");
    EXPECT_FALSE(first_value("cn=a,uid=b", "uid"));
    EXPECT_FALSE(first_value("nothing", "uid"));
    EXPECT_TRUE(is_name("uid=a,dc=b"));
    EXPECT_FALSE(is_name("ann@example.org"));
    EXPECT_FALSE(is_name(""));
}

}  // namespace
}  // namespace rhumb::ldap
