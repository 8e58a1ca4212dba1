#include "site/sites.h"

#include <gtest/gtest.h>

#include "base/snapshot.h"
#include "config/parse.h"
#include "net/testing.h"
#include "site/application.h"

namespace rhumb::site {
namespace {

/// Says where it was made for, and who asks.
class Saying final : public http::Handler {
public:
    explicit Saying(std::string what) : what_{std::move(what)} {}
    net::Task<http::Response> handle(http::Request& request) const override {
        if (request.path.ends_with("/missing"))
            co_return fail(ErrorKind::not_found, "nothing there");
        if (request.path.ends_with("/broken")) co_return fail(ErrorKind::internal, "secret detail");
        if (request.path.ends_with("/empty"))
            co_return http::Response{.status = 405, .substatus = 0, .headers = {}, .body = {}};
        co_return http::text_response(200, "text/plain", what_ + " " + request.path);
    }

private:
    std::string what_;
};

class SitesOf : public testing::Test {
protected:
    SitesOf() {
        makers_[config::HandlerKind::files] =
            [](const HandlerOrder& order) -> Result<HandlerPointer> {
            if (order.root.string().find("nowhere") != std::string::npos)
                return fail(ErrorKind::not_found, "no such directory");
            return std::make_shared<Saying>(order.site.name + " " + order.root.string());
        };
        makers_[config::HandlerKind::gis] =
            [](const HandlerOrder& order) -> Result<HandlerPointer> {
            return std::make_shared<Saying>("gis " + order.path);
        };
    }

    void configure(std::string_view text) {
        const auto document = config::parse_or_fail(text, "test.toml");
        ASSERT_TRUE(document) << document.error().message;
        const Building building{"/base", "/data", makers_, logs_, clock_, log_, nullptr};
        current_->replace(Sites::build(*document, building));
    }

    http::Response ask(std::string host, std::string path, bool is_secure = true,
                       std::string query = "") {
        channel_.is_secure = is_secure;
        http::Request request;
        request.channel = &channel_;
        request.host = std::move(host);
        request.port = is_secure ? 443 : 80;
        request.path = request.raw_path = std::move(path);
        request.query = std::move(query);
        request.has_query = !request.query.empty();
        Application application{{"*", request.port}, current_};
        return net::run_to_end(application.respond(request));
    }
    std::string text(const http::Response& response) {
        return std::get<std::string>(response.body);
    }

    HandlerMakers makers_;
    AccessLogs logs_;
    ManualClock clock_{Seconds{std::chrono::seconds{1795391100}}};
    observe::Log log_ = observe::Log::to_nowhere();
    std::shared_ptr<CurrentSites> current_ =
        std::make_shared<CurrentSites>(std::make_shared<Sites>());
    http::Channel channel_;
};

constexpr std::string_view two_sites = R"(
[[site]]
name = "any"
root = "any"
access_log = "off"
[[site]]
name = "named"
root = "/named"
access_log = "off"
host_names = ["a.test", "*.b.test"]
headers = { x-site = "named" }
[[site.location]]
path = "/private"
require_https = "refuse"
[[site.location]]
path = "/private/open"
root = "elsewhere"
require_https = "no"
[[site.location]]
path = "/moved"
require_https = "redirect"
[[site.location]]
path = "/gone"
root = "/nowhere"
[[site.location]]
path = "/arcgis"
handler = "gis"
[[gis.folder]]
name = "Hydro"
require_https = "refuse"
)";

TEST_F(SitesOf, ChooseBySiteName) {
    configure(two_sites);
    EXPECT_EQ(text(ask("a.test", "/x")), "named /named /x");
    EXPECT_EQ(text(ask("x.b.test", "/x")), "named /named /x");
    EXPECT_EQ(text(ask("b.test", "/x")), "any /base/any /x");
    EXPECT_EQ(text(ask("", "/x")), "any /base/any /x");
}

TEST_F(SitesOf, SayThatANameIsNobodys) {
    configure("[[site]]\nname = \"a\"\nhost_names = [\"a.test\"]\naccess_log = \"off\"\n");
    EXPECT_EQ(ask("b.test", "/").status, 421);
}

TEST_F(SitesOf, AddTheirHeaders) {
    configure(two_sites);
    EXPECT_EQ(ask("a.test", "/x").headers.find("x-site"), "named");
    EXPECT_EQ(ask("a.test", "/x").headers.find("server"), "Rhumb");
}

TEST_F(SitesOf, RefuseOrSendOnWhatMayNotBeReadOnTheWay) {
    configure(two_sites);
    const auto refused = ask("a.test", "/private/x", false, "y=z");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.substatus, 4);
    EXPECT_NE(text(refused).find("https://a.test/private/x?y=z"), std::string::npos);
    EXPECT_EQ(ask("a.test", "/private/x", true).status, 200);
    EXPECT_EQ(text(ask("a.test", "/private/open/x", false)),
              "named /base/elsewhere /private/open/x");
    const auto moved = ask("a.test", "/moved/x", false, "y");
    EXPECT_EQ(moved.status, 308);
    EXPECT_EQ(moved.headers.find("location"), "https://a.test/moved/x?y");
}

TEST_F(SitesOf, RefuseFoldersOfTheCatalogueInTheWordsOfItsClients) {
    configure(two_sites);
    const auto refused =
        ask("a.test", "/ArcGIS/rest/services/HYDRO/Rivers/MapServer", false, "f=json");
    EXPECT_EQ(refused.status, 200);
    EXPECT_NE(text(refused).find("SSL Required"), std::string::npos);
    EXPECT_EQ(text(ask("a.test", "/ArcGIS/rest/services", false)),
              "gis /arcgis /ArcGIS/rest/services");
}

TEST_F(SitesOf, LetDevicesThatCannotUseHttpsYetComeToTheRoot) {
    makers_[config::HandlerKind::trust] = [](const HandlerOrder& order) -> Result<HandlerPointer> {
        return std::make_shared<Saying>("trust " + order.path);
    };
    for (const auto* const rule : {"refuse", "redirect"}) {
        configure(
            fmt::format("[[site]]\nrequire_https = \"{}\"\naccess_log = \"off\"\n"
                        "[[site.location]]\npath = \"/trust\"\nhandler = \"trust\"\n",
                        rule));
        EXPECT_EQ(text(ask("a.test", "/trust", false)), "trust /trust /trust");
        EXPECT_EQ(ask("a.test", "/trust/root.cer", false).status, 200);
        EXPECT_NE(ask("a.test", "/trusted", false).status, 200);
    }
    // What its own location says is meant for it.
    configure(
        "[[site]]\naccess_log = \"off\"\n"
        "[[site.location]]\npath = \"/trust\"\nhandler = \"trust\"\nrequire_https = \"refuse\"\n");
    EXPECT_EQ(ask("a.test", "/trust", false).status, 403);
}

TEST_F(SitesOf, MakeErrorPagesThatTellNothingFromInside) {
    configure(two_sites);
    EXPECT_NE(text(ask("a.test", "/missing")).find("nothing there"), std::string::npos);
    const auto broken = ask("a.test", "/broken");
    EXPECT_EQ(broken.status, 500);
    EXPECT_EQ(text(broken).find("secret"), std::string::npos);
    EXPECT_NE(text(ask("a.test", "/empty")).find("405"), std::string::npos);
}

TEST_F(SitesOf, GoOnWithoutALocationThatCannotBeMade) {
    configure(two_sites);
    EXPECT_EQ(ask("a.test", "/gone/x").status, 503);
    EXPECT_EQ(ask("a.test", "/x").status, 200);
}

TEST_F(SitesOf, UseTheirOwnErrorPages) {
    configure(
        "[[site]]\nname = \"a\"\naccess_log = \"off\"\nerror_pages = { 404 = \"/errors/404.html\" }\n");
    const auto page = ask("", "/missing");
    EXPECT_EQ(page.status, 404);
    EXPECT_NE(text(page).find("/errors/404.html"), std::string::npos);
}

TEST_F(SitesOf, NameThePublicUrlWhereClientsSeeAnother) {
    configure(
        "[server]\npublic_url = \"https://maps.example.org:8443\"\n[[site]]\nname = \"a\"\naccess_log = \"off\"\nrequire_https = \"redirect\"\n");
    EXPECT_EQ(ask("x", "/y", false).headers.find("location"), "https://maps.example.org:8443/y");
}

}  // namespace
}  // namespace rhumb::site
