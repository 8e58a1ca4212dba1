#include "pki/wanted_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(WantedName, MayBeInAnyLetters) {
    const struct {
        const char* wanted;
        const char* text;
    } cases[] = {
        {"gis.example.org", "gis.example.org"},
        {" GIS.Example.Org. ", "gis.example.org"},
        {"*.example.org", "*.example.org"},
        {"192.0.2.7", "192.0.2.7"},
        {"[2001:DB8::7]", "2001:db8::7"},
        {"2001:db8::7", "2001:db8::7"},
        {"bücher.example", "xn--bcher-kva.example"},
        {"BÜCHER.example", "xn--bcher-kva.example"},
        {"bu\xCC\x88"
         "cher.example",
         "xn--bcher-kva.example"},  // u and a combining diaeresis
        {"*.bücher.example", "*.xn--bcher-kva.example"},
        {"straße.example", "xn--strae-oqa.example"},  // non-transitional: not «strasse»
        {"карта.example", "xn--80aa2azak.example"},
        {"例え。テスト", "xn--r8jz45g.xn--zckzah"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
    };
    for (const auto& c : cases) {
        const auto name = parse_wanted_name(c.wanted);
        ASSERT_TRUE(name) << c.wanted << ": " << name.error().message;
        EXPECT_EQ(name->text(), c.text);
    }
}

TEST(WantedName, IsRefusedWithWhatToWriteInstead) {
    const struct {
        const char* wanted;
        const char* why;
    } cases[] = {
        {"https://gis.example.org/viewer",
         "is a URL; a certificate is for a host on all its ports "
         "and paths: write gis.example.org"},
        {"https://gis.example.org:8443", "write gis.example.org"},
        {"gis.example.org:8443", "a name with a port"},
        {"[2001:db8::7]:8443", "write [2001:db8::7]"},
        {"gis.example.org/viewer", "a name with a path"},
        {"\\\\server\\share", "a name with a path"},
        {"admin@example.org", "an e-mail address"},
        {"https://", "write the host name alone"},
        {"gis example.org", "only letters, digits"},
        {"", "empty label"},
        {"b\xFC"
         "cher.example",
         "not UTF-8"},
        {"bü cher.example", "can be registered"},
        {"-ü.example", "can be registered"},
        {"bücher!.example", "can be registered"},
        {"*.*.bücher.example", "only letters, digits"},
        {"*.рф", "whole top-level domain"},
    };
    for (const auto& c : cases) {
        const auto name = parse_wanted_name(c.wanted);
        ASSERT_FALSE(name) << c.wanted;
        EXPECT_EQ(name.error().kind, ErrorKind::invalid);
        EXPECT_THAT(name.error().message, HasSubstr(c.why));
    }
}

TEST(WantedNames, AreSortedAndEachThereOnce) {
    const auto names = parse_wanted_names(std::vector<std::string>{
        "b.test", "bücher.test", "127.0.0.1", "B.test", "xn--bcher-kva.test"});
    ASSERT_TRUE(names) << names.error().message;
    EXPECT_THAT(to_texts(*names), ElementsAre("b.test", "xn--bcher-kva.test", "127.0.0.1"));
}

TEST(WantedNames, MustBeSomeAndNotTooMany) {
    EXPECT_EQ(parse_wanted_names({}).error().kind, ErrorKind::invalid);
    std::vector<std::string> many;
    for (std::size_t i = 0; i <= names_max; ++i) many.push_back(fmt::format("a{}.test", i));
    EXPECT_EQ(parse_wanted_names(many).error().kind, ErrorKind::too_large);
}

TEST(WantedNames, AreShownInTheirOwnLetters) {
    for (const auto* text :
         {"bücher.example", "*.straße.example", "карта.example", "plain.example"})
        EXPECT_EQ(to_unicode(*parse_wanted_name(text)), text);
    EXPECT_EQ(to_unicode(*Name::parse("192.0.2.7")), "192.0.2.7");
    EXPECT_EQ(to_unicode(*Name::parse("xn--99zzzz.example")), "xn--99zzzz.example");
}

}  // namespace
}  // namespace rhumb::pki
