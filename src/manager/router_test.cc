#include "manager/router.h"

#include <set>

#include <gmock/gmock.h>

#include "manager/api.h"

namespace rhumb::manager {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Match find(http::Method method, std::string_view path) {
    static const auto table = all_routes();
    return match(*table, method, path);
}

TEST(Router, FindsTheRouteAndItsArguments) {
    const auto found = find(http::Method::put, "/users/ann/password");
    ASSERT_NE(found.route, nullptr);
    EXPECT_EQ(found.route->id, "setPassword");
    EXPECT_THAT(found.arguments, ElementsAre(Pair("name", "ann")));
}

TEST(Router, TakesAnySegmentForABrace) {
    for (const auto* name : {"a b", "ä", "{name}", "..", "user:ann", "%2F", "\x01"}) {
        SCOPED_TRACE(name);
        const auto found = find(http::Method::get, std::string{"/users/"} + name);
        ASSERT_NE(found.route, nullptr);
        EXPECT_EQ(found.arguments.at("name"), name);
    }
}

TEST(Router, PrefersWordsToBraces) {
    EXPECT_EQ(find(http::Method::get, "/audit/verify").route->id, "verifyAudit");
    EXPECT_EQ(find(http::Method::post, "/tokens/inspect").route->id, "inspectToken");
}

TEST(Router, KnowsHeadAsGet) {
    EXPECT_EQ(find(http::Method::head, "/users").route->id, "listUsers");
}

TEST(Router, SaysWhichMethodsAPathTakes) {
    const auto found = find(http::Method::patch, "/users/ann");
    EXPECT_EQ(found.route, nullptr);
    EXPECT_THAT(found.allowed, ElementsAre("GET", "HEAD", "PUT", "DELETE"));
}

TEST(Router, KnowsNoOtherPaths) {
    for (const auto* path : {"", "/", "/nothing", "/users/", "/users//password", "/Users",
                             "/users/ann/", "/users/ann/bob/eve", "users", "//users"}) {
        SCOPED_TRACE(path);
        const auto found = find(http::Method::get, path);
        EXPECT_EQ(found.route, nullptr);
        EXPECT_THAT(found.allowed, IsEmpty());
    }
}

TEST(Routes, AreToldApartAndComplete) {
    const auto table = all_routes();
    std::set<std::string> ids;
    std::set<std::pair<http::Method, std::string>> places;
    for (const auto& route : table->routes()) {
        SCOPED_TRACE(route.id);
        EXPECT_TRUE(ids.insert(route.id).second);
        EXPECT_TRUE(places.insert({route.method, route.path}).second);
        EXPECT_TRUE(route.act != nullptr);
        EXPECT_FALSE(route.summary.empty());
        EXPECT_FALSE(route.step.empty());
        for (const auto& name : {route.body, route.answer})
            EXPECT_TRUE(name.empty() || table->schemas().contains(name)) << name;
        EXPECT_EQ(route.success == 204, route.answer.empty() && route.file.empty());
        if (route.method == http::Method::get) {
            EXPECT_TRUE(route.body.empty());
        }
    }
}

TEST(Routes, ThatChangeAStateHaveOneToLookAt) {
    const auto table = all_routes();
    for (const auto& route : table->routes()) {
        if (!route.needs_match) continue;
        SCOPED_TRACE(route.id);
        const auto& looked_at = route.state_of.empty() ? route.path : route.state_of;
        EXPECT_NE(match(*table, http::Method::get, looked_at).route, nullptr) << looked_at;
    }
}

}  // namespace
}  // namespace rhumb::manager
