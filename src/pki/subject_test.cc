#include "pki/subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::pki {
namespace {

using testing::HasSubstr;

TEST(Subject, IsTrimmedAndItsCountryWrittenInCapitals) {
    const auto checked = check_subject({.organization = " Büro für Karten ",
                                        .city = "Köln\t",
                                        .state = "Nordrhein-Westfalen",
                                        .country = "de"});
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(to_text(*checked), "O=Büro für Karten,L=Köln,ST=Nordrhein-Westfalen,C=DE");
    EXPECT_TRUE(check_subject({})->is_empty());
    EXPECT_TRUE(check_subject({.unit = "  "})->is_empty());
}

TEST(Subject, EscapesWhatTheTextFormHasAMeaningFor) {
    EXPECT_EQ(to_text(Subject{.organization = "Maps, Inc. + \"Sons\""}),
              R"(O=Maps\, Inc. \+ \"Sons\")");
}

TEST(Subject, AllowsAsManyCharactersAsACertificateHolds) {
    std::string umlauts;
    for (int i = 0; i < 64; ++i) umlauts += "ü";
    EXPECT_TRUE(check_subject({.organization = umlauts}));
    EXPECT_THAT(check_subject({.organization = umlauts + "e"}).error().message,
                HasSubstr("organization has 65 characters"));
    EXPECT_TRUE(check_subject({.city = std::string(128, 'a')}));
    EXPECT_THAT(check_subject({.state = std::string(129, 'a')}).error().message,
                HasSubstr("state or province has 129"));
}

TEST(Subject, RefusesWhatNoAuthorityTakes) {
    const auto refusal = [](const Subject& subject) {
        const auto checked = check_subject(subject);
        return checked ? "" : checked.error().message;
    };
    EXPECT_THAT(refusal({.organization = "a\nb"}), HasSubstr("organization has a line break"));
    EXPECT_THAT(refusal({.unit = "B\xFCro"}), HasSubstr("organizational unit is not UTF-8"));
    EXPECT_THAT(refusal({.country = "Germany"}), HasSubstr("two letters"));
    EXPECT_THAT(refusal({.country = "D1"}), HasSubstr("two letters"));
    EXPECT_THAT(refusal({.country = "\xC3\x9C"}), HasSubstr("two letters"));
    EXPECT_THAT(refusal({.country = "UK"}), HasSubstr("is GB"));
    EXPECT_THAT(refusal({.country = "ZZ"}), HasSubstr("no country of ISO 3166"));
}

}  // namespace
}  // namespace rhumb::pki
