#include "manager/schema.h"

#include <gmock/gmock.h>

namespace rhumb::manager {
namespace {

using ::testing::HasSubstr;

const Schemas& schemas() {
    static const Schemas all{
        {"Point", object("", {{"x", count("", 1, 10), true}, {"label", or_null(text("", 3))}})},
        {"Line", object("", {{"points", list("", reference("Point"), 2), true},
                             {"kind", word("", {"straight", "bent"})},
                             {"closed", boolean("")},
                             {"middle", or_null(reference("Point"))}})}};
    return all;
}

std::string fault_of(std::string_view json) {
    const auto value = read_json(json);
    if (!value) return value.error().message;
    const auto checked = check(*value, reference("Line"), schemas());
    return checked ? "" : checked.error().message;
}

TEST(Schema, TakesWhatFits) {
    for (const auto* good :
         {R"({"points":[]})", R"({"points":[{"x":1},{"x":10,"label":"äöü"}],"kind":"bent"})",
          R"({"points":[],"closed":true,"middle":null})",
          R"({"points":[],"middle":{"x":3,"label":null}})"})
        EXPECT_EQ(fault_of(good), "") << good;
}

TEST(Schema, NamesThePlaceAndWhatIsWantedThere) {
    struct Case {
        const char* json;
        const char* fault;
    };
    for (const auto& c :
         {Case{"[]", "the body is to be of the type object"},
          Case{"{}", "lacks the member «points»"},
          Case{R"({"points":[],"colour":1})", "has no member «colour»; it may have points, kind"},
          Case{R"({"points":[{"x":0}]})", "«points[0].x» is to be from 1 to 10"},
          Case{R"({"points":[{"x":1.5}]})", "«points[0].x» is to be of the type integer"},
          Case{R"({"points":[{"x":"1"}]})", "is of the type string"},
          Case{R"({"points":[{"x":1,"label":"abcd"}]})", "at most 3 characters"},
          Case{R"({"points":[{"x":1},{"x":1},{"x":1}]})", "at most 2 items"},
          Case{R"({"points":[],"kind":"round"})", "is to be one of"},
          Case{R"({"points":[],"closed":null})", "is of the type null"},
          Case{R"({"points":[],"middle":{"x":11}})", "«middle.x» is to be from 1 to 10"}}) {
        SCOPED_TRACE(c.json);
        EXPECT_THAT(fault_of(c.json), HasSubstr(c.fault));
    }
}

TEST(Json, IsRefusedWhenItIsNone) {
    for (const auto& bad :
         {std::string{""}, std::string{"{"}, std::string{"{}x"}, std::string{"{'a':1}"},
          std::string{"\xFF"}, std::string{"{\"a\":\"\xC3\"}"}, std::string{"nul"},
          std::string{"\xEF\xBB\xBF"}, std::string{"[1,]"}, std::string("\0", 1)}) {
        SCOPED_TRACE(bad);
        EXPECT_FALSE(read_json(bad));
    }
}

TEST(Json, HasEveryNameOnce) {
    EXPECT_THAT(read_json(R"({"a":1,"b":{"a":1},"a":2})").error().message, HasSubstr("«a» twice"));
    EXPECT_TRUE(read_json(R"({"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]})"));
}

TEST(Json, IsNotNestedDeeperThanSixteen) {
    EXPECT_TRUE(read_json(std::string(16, '[') + std::string(16, ']')));
    EXPECT_FALSE(read_json(std::string(17, '[') + std::string(17, ']')));
    EXPECT_FALSE(read_json(std::string(1'000'000, '[')));
    // What stands in quotes is no nesting.
    EXPECT_TRUE(read_json('"' + std::string(100, '[') + '"'));
    EXPECT_TRUE(read_json(R"(["\"[[[[[[[[[[[[[[[[[[[["])"));
}

}  // namespace
}  // namespace rhumb::manager
