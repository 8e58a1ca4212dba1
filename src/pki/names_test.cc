#include "pki/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Name, HasOneSpelling) {
    struct Case {
        std::string_view text, canonical;
        Name::Kind kind;
    };
    for (const auto& c : {Case{"GIS.Example.ORG.", "gis.example.org", Name::Kind::dns},
                          Case{" localhost ", "localhost", Name::Kind::dns},
                          Case{"*.Example.org", "*.example.org", Name::Kind::dns},
                          Case{"my_host", "my_host", Name::Kind::dns},
                          Case{"xn--bcher-kva.example", "xn--bcher-kva.example", Name::Kind::dns},
                          Case{"192.168.0.1", "192.168.0.1", Name::Kind::ip},
                          Case{"0:0:0:0:0:0:0:1", "::1", Name::Kind::ip},
                          Case{"[FE80::1]", "fe80::1", Name::Kind::ip}}) {
        SCOPED_TRACE(c.text);
        const auto name = Name::parse(c.text);
        ASSERT_TRUE(name) << name.error().message;
        EXPECT_EQ(name->text(), c.canonical);
        EXPECT_EQ(name->kind(), c.kind);
    }
}

TEST(Name, RefusesWhatIsNoneAndSaysWhy) {
    struct Case {
        std::string text, why;
    };
    const std::string label63(63, 'a');
    for (const auto& c :
         {Case{"", "empty label"}, Case{"a..b", "empty label"}, Case{".a", "empty label"},
          Case{"a b", "only letters"}, Case{"-a.org", "hyphen"}, Case{"a-.org", "hyphen"},
          Case{"büro.example", "xn--"}, Case{"1.2.3", "looks like an address"},
          Case{"1.2.3.4.5", "looks like an address"}, Case{"*", "only letters"},
          Case{"*.test", "top-level domain"}, Case{"a.*.org", "only letters"},
          Case{"w*.example.org", "only letters"}, Case{"https://a", "only letters"},
          Case{"fe80::1%eth0", "only letters"}, Case{label63 + "a.org", "63"},
          Case{label63 + "." + label63 + "." + label63 + "." + label63, "253"},
          Case{std::string{"a\0b", 3}, "zero byte"}}) {
        SCOPED_TRACE(c.text);
        const auto name = Name::parse(c.text);
        ASSERT_FALSE(name);
        EXPECT_EQ(name.error().kind, ErrorKind::invalid);
        EXPECT_THAT(name.error().message, HasSubstr(c.why));
    }
}

TEST(Name, GivesTheBytesOfAnAddressAndTakesThem) {
    EXPECT_EQ(Name::parse("10.0.0.255")->address(), std::string("\x0a\x00\x00\xff", 4));
    EXPECT_EQ(Name::parse("::1")->address(), std::string(15, '\0') + '\x01');
    EXPECT_EQ(Name::parse("localhost")->address(), "");
    EXPECT_EQ(Name::from_address(std::string("\x0a\x00\x00\xff", 4))->text(), "10.0.0.255");
    EXPECT_FALSE(Name::from_address("abc"));
}

TEST(ParseNames, SortsAndDropsRepetitions) {
    const auto names =
        parse_names(std::vector<std::string>{"::1", "b.test", "127.0.0.1", "A.test", "b.test."});

    ASSERT_TRUE(names);
    EXPECT_THAT(to_texts(*names), ElementsAre("a.test", "b.test", "127.0.0.1", "::1"));
}

TEST(ParseNames, SaysWhichNameIsWrongAndRefusesTooMany) {
    EXPECT_THAT(parse_names(std::vector<std::string>{"a.test", "b c"}).error().message,
                HasSubstr("«b c»"));

    std::vector<std::string> many;
    for (std::size_t i = 0; i <= names_max; ++i) many.push_back(fmt::format("host{}.test", i));
    EXPECT_EQ(parse_names(many).error().kind, ErrorKind::too_large);
}

TEST(Covers, LetsAWildcardStandForExactlyTheFirstLabel) {
    struct Case {
        std::string_view pattern, name;
        bool is_covered;
    };
    for (const auto& c :
         {Case{"a.test", "a.test", true}, Case{"a.test", "b.test", false},
          Case{"*.a.test", "x.a.test", true}, Case{"*.a.test", "x.y.a.test", false},
          Case{"*.a.test", "a.test", false}, Case{"*.a.test", "*.a.test", true},
          Case{"10.0.0.1", "10.0.0.1", true}, Case{"10.0.0.1", "10.0.0.2", false}}) {
        SCOPED_TRACE(fmt::format("{} for {}", c.pattern, c.name));
        EXPECT_EQ(covers(*Name::parse(c.pattern), *Name::parse(c.name)), c.is_covered);
    }
}

}  // namespace
}  // namespace rhumb::pki
