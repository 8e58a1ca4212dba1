#include "pki/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"
#include "pki/wanted_names.h"

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Requesting : public testing::Test {
protected:
    std::string refusal(const Subject& subject, const std::vector<std::string>& names) const {
        const auto made = make_request(subject, example_names(names), key_);
        return made ? "" : made.error().message;
    }

    const Key key_ = *Key::generate(KeyType::ec_p256);
};

TEST_F(Requesting, KeepsWhatWasAskedFor) {
    const auto names = *parse_wanted_names(std::vector<std::string>{
        "gis.example.org", "*.bücher.example", "192.0.2.7", "2001:db8::7"});
    const auto made = make_request({.common_name = "gis.example.org",
                                    .organization = "Büro für Karten",
                                    .unit = "GIS",
                                    .city = "Köln",
                                    .state = "NRW",
                                    .country = "DE"},
                                   names, key_);
    ASSERT_TRUE(made) << made.error().message;
    const auto read = Request::from_pem("before\n" + made->to_pem() + "after\n");

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, *made);
    EXPECT_EQ(read->subject_text(),
              "CN=gis.example.org,OU=GIS,O=Büro für Karten,L=Köln,ST=NRW,C=DE");
    EXPECT_EQ(read->subject().city, "Köln");
    EXPECT_THAT(to_texts(read->names()), ElementsAre("*.xn--bcher-kva.example", "gis.example.org",
                                                     "192.0.2.7", "2001:db8::7"));
    EXPECT_TRUE(read->matches(key_));
    EXPECT_FALSE(read->matches(*Key::generate(KeyType::ec_p256)));
    EXPECT_EQ(*read->public_key().digest(), *key_.public_key().digest());
}

TEST_F(Requesting, NeedsNoSubjectAtAll) {
    const auto made = make_request({}, example_names({"a.test"}), key_);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->subject_text(), "");
    EXPECT_THAT(to_texts(made->names()), ElementsAre("a.test"));
}

TEST_F(Requesting, SignsAsStronglyAsTheKeyIs) {
    const auto algorithm = [](KeyType type) {
        return make_request({}, example_names({"a.test"}), *Key::generate(type))
            ->signature_algorithm();
    };
    EXPECT_EQ(algorithm(KeyType::ec_p256), "ecdsa-with-SHA256");
    EXPECT_EQ(algorithm(KeyType::ec_p384), "ecdsa-with-SHA384");
    EXPECT_EQ(algorithm(KeyType::rsa_2048), "sha256WithRSAEncryption");
}

TEST_F(Requesting, RefusesWhatNoAuthorityWouldAnswer) {
    EXPECT_THAT(refusal({}, {}), HasSubstr("at least one host name"));
    EXPECT_THAT(refusal({.common_name = "b.test"}, {"a.test"}), HasSubstr("not among the names"));
    EXPECT_THAT(refusal({.common_name = "192.0.2.1"}, {"a.test"}),
                HasSubstr("not among the names"));
    EXPECT_THAT(refusal({.country = "Germany"}, {"a.test"}), HasSubstr("two letters"));
}

TEST_F(Requesting, SpellsACommonNameAsTheNameIs) {
    const auto names = *parse_wanted_names(std::vector<std::string>{"bücher.example", "intranet"});
    EXPECT_EQ(make_request({.common_name = "Bücher.Example"}, names, key_)->subject().common_name,
              "xn--bcher-kva.example");
    EXPECT_EQ(make_request({.common_name = "INTRANET"}, names, key_)->subject().common_name,
              "intranet");
    EXPECT_EQ(make_request({.common_name = "Our map server"}, names, key_)->subject().common_name,
              "Our map server");
}

TEST_F(Requesting, RefusesARequestThatWasChanged) {
    auto der = make_request({.organization = "Example"}, example_names({"a.test"}), key_)->to_der();
    der[der.find("Example")] = 'X';

    EXPECT_THAT(Request::from_der(der).error().message, HasSubstr("not signed by its own key"));
}

TEST_F(Requesting, RefusesWhatIsNoRequest) {
    const auto der = make_request({}, example_names({"a.test"}), key_)->to_der();

    EXPECT_THAT(Request::from_pem("words").error().message, HasSubstr("no request in the text"));
    EXPECT_THAT(Request::from_der("words").error().message, HasSubstr("damaged"));
    EXPECT_THAT(Request::from_der(der.substr(1)).error().message, HasSubstr("damaged"));
    EXPECT_THAT(Request::from_der(der + "xy").error().message, HasSubstr("followed by 2 other"));
    EXPECT_EQ(Request::from_der(std::string(300'000, 'x')).error().kind, ErrorKind::too_large);
    EXPECT_EQ(Request::from_pem(std::string(2'000'000, 'x')).error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace rhumb::pki
