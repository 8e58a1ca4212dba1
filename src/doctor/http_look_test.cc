#include "doctor/http_look.h"

#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/http_testing.h"
#include "fetch/testing.h"

namespace rhumb::doctor {
namespace {

using namespace std::chrono_literals;
using fetch::Peer;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using End = Walk::End;

std::string to(std::string_view place) {
    return fmt::format(
        "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        place);
}
std::string page(std::string_view html) {
    return fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n"
        "Connection: close\r\n\r\n{}",
        html.size(), html);
}

/// A server in the clear, which remembers what it was asked.
class Server {
public:
    explicit Server(std::function<std::string(std::string_view target)> answer)
        : answer_{std::move(answer)}, peer_{[this](const std::string& head) {
              const auto line = fetch::first_line(head);
              const auto target = line.substr(4, line.rfind(' ') - 4);
              const std::lock_guard lock{mutex_};
              asked_.push_back(line.substr(0, 4) + target);
              return answer_(target);
          }} {}

    fetch::Url url(std::string_view path = "/") const { return url_at(peer_.url(path)); }
    std::vector<std::string> asked() const {
        const std::lock_guard lock{mutex_};
        return asked_;
    }

private:
    std::function<std::string(std::string_view)> answer_;
    mutable std::mutex mutex_;
    std::vector<std::string> asked_;
    Peer peer_;  // last: its thread uses the others
};

const ManualClock clock_at_noon{noon};

WebOrder order_for(const fetch::Url& target) {
    return {.target = target,
            .addresses = {"127.0.0.1"},
            .clock = &clock_at_noon,
            .left = [](std::chrono::milliseconds wanted) { return wanted; }};
}

TEST(WebLook, FollowsRedirectsOfTheServer) {
    const Server server{[](std::string_view target) {
        return target == "/" ? to("/a") : target == "/a" ? to("b?c=1") : page("<title>End</title>");
    }};
    const auto web = look_at_web(order_for(server.url()));
    EXPECT_THAT(server.asked(), ElementsAre("GET /", "GET /a", "GET /b?c=1"));
    EXPECT_EQ(web.main.end, End::answered);
    ASSERT_TRUE(web.main.page());
    EXPECT_EQ(web.main.page()->title, "End");
    EXPECT_TRUE(web.main.kept) << "read once for all judgements";
    EXPECT_EQ(web.main.steps.back().heard_at, noon);
    EXPECT_FALSE(web.clear);
    EXPECT_EQ(web.clear_walk(), &web.main);
}

TEST(WebLook, StopsWhereRedirectsBeginAnew) {
    const Server server{[](std::string_view target) { return to(target == "/" ? "/a" : "/"); }};
    const auto web = look_at_web(order_for(server.url()));
    EXPECT_EQ(web.main.end, End::looped);
    EXPECT_THAT(server.asked(), SizeIs(2));
    ASSERT_TRUE(web.main.next);
    EXPECT_EQ(web.main.next->path, "/");
}

TEST(WebLook, StopsAfterTenSteps) {
    const Server server{[](std::string_view target) { return to(std::string{target} + "x"); }};
    const auto web = look_at_web(order_for(server.url()));
    EXPECT_EQ(web.main.end, End::too_long);
    EXPECT_THAT(server.asked(), SizeIs(Walk::steps_max));
}

TEST(WebLook, AsksNoOtherServer) {
    const Server other{[](std::string_view) { return page("other"); }};
    auto elsewhere = other.url();
    elsewhere.host = "localhost";
    const Server server{[&](std::string_view) { return to(elsewhere.text()); }};
    auto order = order_for(server.url());
    // The server in question is said to be at another address than where the redirect leads.
    order.target.host = "gis.example.org";
    order.addresses = {"127.0.0.1"};
    auto web = look_at_web(order);
    EXPECT_EQ(web.main.end, End::answered) << "another name at the same address is the same server";

    order.target.host = "127.0.0.1";
    elsewhere.host = "192.0.2.7";
    web = look_at_web(order);
    EXPECT_EQ(web.main.end, End::elsewhere);
    ASSERT_TRUE(web.main.next);
    EXPECT_EQ(web.main.next->host, "192.0.2.7");
    EXPECT_THAT(other.asked(), SizeIs(1));
}

TEST(WebLook, SaysThatARedirectHasNoPlace) {
    const Server server{[](std::string_view) {
        return "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }};
    EXPECT_EQ(look_at_web(order_for(server.url())).main.end, End::nowhere);
}

TEST(WebLook, SeesWhetherPathAndQuerySurviveTheWayToHttps) {
    const Server server{[](std::string_view target) {
        return to(target == "/" ? "https://192.0.2.7/" : "https://192.0.2.7/lost");
    }};
    const auto web = look_at_web(order_for(server.url()));
    ASSERT_TRUE(web.deep);
    EXPECT_THAT(server.asked(), ElementsAre("GET /", "GET /rhumb-doctor/asks?kept=yes"));

    const Server asked_for_a_path{[](std::string_view) { return to("https://192.0.2.7/map"); }};
    EXPECT_FALSE(look_at_web(order_for(asked_for_a_path.url("/map"))).deep);
}

TEST(WebLook, BeginsNothingWhenTheTimeIsOver) {
    const Server server{[](std::string_view) { return page(""); }};
    auto order = order_for(server.url());
    order.left = [](std::chrono::milliseconds) { return 0ms; };
    const auto web = look_at_web(order);
    EXPECT_EQ(web.main.end, End::failed);
    EXPECT_THAT(server.asked(), IsEmpty());
}

TEST(MapServiceLook, ReadsTheTargetItselfAndAsksNotAgain) {
    const Server server{[](std::string_view) {
        return page("<WMS_Capabilities version='1.3.0'><Capability/></WMS_Capabilities>");
    }};
    const auto order = order_for(server.url("/wms?SERVICE=WMS&REQUEST=GetCapabilities"));
    auto web = look_at_web(order);
    look_at_map_services(order, web);
    ASSERT_THAT(web.documents, SizeIs(1));
    EXPECT_EQ(web.documents[0].name, "WMS 1.3.0");
    EXPECT_EQ(web.documents[0].url, order.target);
    EXPECT_THAT(server.asked(), SizeIs(1));
}

TEST(MapServiceLook, AsksWhatThePageLeadsTo) {
    const Server server{[](std::string_view target) {
        if (target == "/") return page("<a href=/arcgis/rest/services>services</a>");
        if (target == "/arcgis/rest/info?f=json") return page(R"({"currentVersion":11})");
        return std::string{"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"};
    }};
    const auto order = order_for(server.url());
    auto web = look_at_web(order);
    look_at_map_services(order, web);
    EXPECT_THAT(server.asked(), ElementsAre("GET /", "GET /arcgis/rest/info?f=json",
                                            "GET /arcgis/rest/services?f=json"));
    ASSERT_THAT(web.documents, SizeIs(1));
    EXPECT_EQ(web.documents[0].url.path, "/arcgis/rest/info");
}

}  // namespace
}  // namespace rhumb::doctor
