#include "access/token_service_order.h"

#include <gtest/gtest.h>

namespace rhumb::access {
namespace {

using identity::TokenBinding;
using Kind = TokenBinding::Kind;
using std::chrono::minutes;

http::Parameters form(std::string_view text) {
    http::Parameters parameters;
    EXPECT_TRUE(parameters.add_form(text));
    return parameters;
}

constexpr config::Tokens lifetimes{};  // an hour, and a day at most

Result<TokenOrder> parse(const std::string& more, bool is_signed_in = false) {
    return parse_token_order(form("username=ann&password=secret+words&" + more), "192.0.2.9",
                             lifetimes, is_signed_in);
}

TEST(TokenFormat, IsAPageUnlessAskedForElse) {
    EXPECT_EQ(parse_token_format(form("")), TokenFormat::page);
    EXPECT_EQ(parse_token_format(form("f=HTML")), TokenFormat::page);
    EXPECT_EQ(parse_token_format(form("f=json&request=getToken")), TokenFormat::json);
    EXPECT_EQ(parse_token_format(form("F=pjson")), TokenFormat::pjson);
    EXPECT_EQ(parse_token_format(form("request=gettoken")), TokenFormat::text);
    EXPECT_EQ(parse_token_format(form("request=other")), TokenFormat::page);
    EXPECT_FALSE(parse_token_format(form("f=image")));
}

TEST(TokenOrder, NeedsNoMoreThanNameAndPassword) {
    const auto order = parse("");
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(order->user, "ann");
    EXPECT_EQ(order->password, "secret words");
    EXPECT_EQ(order->code, "");
    EXPECT_EQ(order->binding, TokenBinding{});
    EXPECT_EQ(order->lifetime, minutes{60});
}

TEST(TokenOrder, IsBoundToWhereTheClientSays) {
    struct Case {
        const char* form;
        Kind kind;
        const char* value;
    };
    for (const auto& c :
         {Case{"client=referer&referer=https://a.example/app", Kind::referer,
               "https://a.example/app"},
          Case{"client=referrer&referrer=https://a.example", Kind::referer, "https://a.example"},
          Case{"client=Referer&referer=%40esri/arcgis-rest-js", Kind::referer,
               "@esri/arcgis-rest-js"},
          Case{"client=ip&ip=192.0.2.7", Kind::ip, "192.0.2.7"},
          Case{"client=ip&ip=+2001:db8::1+", Kind::ip, "2001:db8::1"},
          Case{"client=requestip&ip=192.0.2.7", Kind::ip, "192.0.2.9"},
          Case{"client=none&referer=https://a.example", Kind::none, ""},
          // Who names a place means it, with or without `client`.
          Case{"referer=https://a.example", Kind::referer, "https://a.example"},
          Case{"ip=192.0.2.7", Kind::ip, "192.0.2.7"},
          Case{"clientid=ref.https://a.example", Kind::referer, "https://a.example"},
          Case{"clientid=ip.192.0.2.7", Kind::ip, "192.0.2.7"}}) {
        SCOPED_TRACE(c.form);
        const auto order = parse(c.form);
        ASSERT_TRUE(order) << order.error().message;
        EXPECT_EQ(order->binding, (TokenBinding{c.kind, c.value}));
    }
}

TEST(TokenOrder, LivesAsLongAsAskedForAndNoLongerThanTheLongest) {
    struct Case {
        const char* form;
        minutes lifetime;
    };
    for (const auto& c :
         {Case{"expiration=1", minutes{1}}, Case{"expiration=60.0", minutes{60}},
          Case{"expiration=1440", minutes{1440}}, Case{"expiration=20160", minutes{1440}},
          Case{"expiration=99999999999999999999", minutes{1440}},
          Case{"expiration=1e300", minutes{1440}}, Case{"expiration=", minutes{60}}}) {
        SCOPED_TRACE(c.form);
        const auto order = parse(c.form);
        ASSERT_TRUE(order) << order.error().message;
        EXPECT_EQ(order->lifetime, c.lifetime);
    }
    // A short lifetime that is longer than the longest is none.
    const auto order =
        parse_token_order(form("username=a&password=b"), "", {minutes{60}, minutes{5}}, false);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->lifetime, minutes{5});
}

TEST(TokenOrder, NamesTheParameterThatMakesNoSense) {
    struct Case {
        const char* form;
        const char* parameter;
    };
    for (const auto& c :
         {Case{"client=referer", "'referer'"}, Case{"client=referer&referer=+", "'referer'"},
          Case{"client=referer&referer=%ff", "'referer'"}, Case{"client=ip", "'ip'"},
          Case{"client=ip&ip=a.example", "'ip'"}, Case{"client=ip&ip=192.0.2.0/24", "'ip'"},
          Case{"client=ip&ip=192.0.2.7%00", "'ip'"}, Case{"client=browser", "'client'"},
          Case{"clientid=xyz", "'clientid'"}, Case{"expiration=0", "'expiration'"},
          Case{"expiration=-5", "'expiration'"}, Case{"expiration=soon", "'expiration'"},
          Case{"expiration=nan", "'expiration'"}, Case{"expiration=inf", "'expiration'"},
          Case{"encrypted=true", "'encrypted'"}, Case{"encrypted=perhaps", "'encrypted'"},
          Case{"callback=f", "'callback'"}}) {
        SCOPED_TRACE(c.form);
        const auto order = parse(c.form);
        ASSERT_FALSE(order);
        EXPECT_EQ(order.error().kind, ErrorKind::invalid);
        EXPECT_NE(order.error().message.find(c.parameter), std::string::npos)
            << order.error().message;
    }
    EXPECT_TRUE(parse("encrypted=false"));
}

TEST(TokenOrder, AsksForNameAndPasswordOfWhoIsNotSignedIn) {
    const auto without = [](std::string_view text, bool is_signed_in) {
        return parse_token_order(form(text), "", lifetimes, is_signed_in);
    };
    EXPECT_FALSE(without("", false));
    EXPECT_FALSE(without("username=ann", false));
    EXPECT_FALSE(without("password=x", false));
    EXPECT_FALSE(without("serverUrl=https://gis.test/arcgis", false));
    EXPECT_FALSE(without("token=abc", false)) << "a token by itself asks for nothing";
    const auto shown = without("serverUrl=https://gis.test/arcgis&token=+abc+", false);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->token, "abc");
    const auto named = without("serverUrl=x&token=abc&username=ann&password=x", false);
    ASSERT_TRUE(named);
    EXPECT_EQ(named->token, "");

    EXPECT_TRUE(without("", true));
    EXPECT_FALSE(without("username=ann", true)) << "another user needs his password";
}

TEST(HasCredentials, SeesEachOfThem) {
    EXPECT_TRUE(has_credentials(form("USERNAME=ann")));
    EXPECT_TRUE(has_credentials(form("pass%77ord=x")));
    EXPECT_TRUE(has_credentials(form("code=123456")));
    EXPECT_FALSE(has_credentials(form("f=json&expiration=60&referer=https://a.example")));
}

}  // namespace
}  // namespace rhumb::access
