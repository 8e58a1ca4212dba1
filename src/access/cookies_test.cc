#include "access/cookies.h"

#include <gtest/gtest.h>

namespace rhumb::access {
namespace {

std::optional<std::string> find(std::initializer_list<std::string_view> fields) {
    http::Request request;
    for (const auto field : fields) request.headers.add("cookie", field);
    return find_cookie(request, "a");
}

TEST(Cookies, AreFoundAmongOthers) {
    EXPECT_EQ(find({"a=1"}), "1");
    EXPECT_EQ(find({"b=2; a=1; c=3"}), "1");
    EXPECT_EQ(find({"b=2", "a=\"1\""}), "1");
    EXPECT_EQ(find({"a="}), "");
    EXPECT_EQ(find({"a=x=y"}), "x=y");
}

TEST(Cookies, AreNotFoundWhereTheyAreNot) {
    EXPECT_EQ(find({}), std::nullopt);
    EXPECT_EQ(find({"A=1; ba=2; a; =3;;"}), std::nullopt);
}

TEST(Cookies, ThatStandThereTwiceCountOnlyWhenTheyAreTheSame) {
    EXPECT_EQ(find({"a=1; a=1"}), "1");
    EXPECT_EQ(find({"a=1; a=2"}), std::nullopt);
    EXPECT_EQ(find({"a=1", "a=2"}), std::nullopt);
}

TEST(Cookies, AreForThisOriginAndForNoScript) {
    http::Response response;
    set_cookie(response, "__Host-a", "v", std::chrono::seconds{60});
    EXPECT_EQ(response.headers.find("set-cookie"),
              "__Host-a=v; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60");
    http::Response gone;
    remove_cookie(gone, "__Host-a");
    EXPECT_EQ(gone.headers.find("set-cookie"),
              "__Host-a=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}

}  // namespace
}  // namespace rhumb::access
