#include "files/listing.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "files/test_tree.h"

namespace rhumb::files {
namespace {

class ListingTest : public FilesTest {
protected:
    void SetUp() override {
        options.listing = true;
        tree.write("maps/b.geojson", std::string(2048, 'b'));
        tree.write("maps/a <&\"' b.txt", "a");
        tree.write("maps/Z.txt", "z");
        tree.write("maps/sub/x", "x");
        tree.write("maps/.hidden", "h");
        tree.write("maps/new\nline", "n");
        tree.write("maps/latin\xE4", "l");
        tree.link("maps/inside", "b.geojson");
        tree.link("maps/outside", "/etc/passwd");
        tree.link("maps/broken", "nothing");
        ASSERT_EQ(::mkfifo((tree.path() / "maps/fifo").c_str(), 0644), 0);
        serve();
    }
};

TEST_F(ListingTest, NamesWhatMayBeAskedFor) {
    const auto answer = get("/maps/?f=json");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("content-type"), "application/json");
    const auto page = nlohmann::json::parse(answer.body);
    EXPECT_EQ(page["path"], "/maps/");
    EXPECT_EQ(page["complete"], true);
    std::vector<std::string> names;
    for (const auto& item : page["items"]) {
        names.push_back(item["name"]);
        const auto path =
            "/maps/" + item["name"].get<std::string>() + (item["kind"] == "directory" ? "/" : "");
        EXPECT_EQ(get(text::percent_encode(path, "/")).status, 200) << path;
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{"sub", "Z.txt", "a <&\"' b.txt", "b.geojson", "inside"}));
    EXPECT_EQ(page["items"][3]["size"], 2048);
    EXPECT_EQ(page["items"][3]["modified"], "2001-09-09T01:46:40Z");
    EXPECT_FALSE(page["items"][0].contains("size"));
}

/// Sees nothing of that name.
class Blind final : public http::Sight {
public:
    explicit Blind(std::string hidden) : hidden_{std::move(hidden)} {}
    bool sees(std::string_view path) const override { return path != hidden_; }

private:
    std::string hidden_;
};

TEST_F(ListingTest, LeavesAwayWhatTheCallerMayNotSee) {
    Listing listing{{{"open", true}, {"secret", true}, {"plan.html", false}}, true};
    leave_away_unseen(listing, "/maps/", Blind{"/maps/secret/"});
    ASSERT_EQ(listing.items.size(), 2U);
    EXPECT_EQ(listing.items[0].name, "open");
    leave_away_unseen(listing, "/maps/", Blind{"/maps/plan.html"});
    EXPECT_EQ(listing.items.size(), 1U);
}

TEST_F(ListingTest, IsAPageForPeople) {
    const auto answer = get("/maps/");
    EXPECT_EQ(answer.header("content-type"), "text/html; charset=utf-8");
    EXPECT_TRUE(answer.headers.has("content-security-policy"));
    for (const auto* part :
         {"<html lang=\"en\">", "<h1>Files in /maps/</h1>", "<a href=\"/\">top</a>",
          "href=\"sub/\">sub/</a>",
          "href=\"a%20%3C%26%22%27%20b.txt\">a &lt;&amp;&quot;&#39; b.txt</a>", "<td>2.0 KiB</td>",
          "<td>1 byte</td>", "datetime=\"2001-09-09T01:46:40Z\">2001-09-09 01:46:40 UTC<"})
        EXPECT_NE(answer.body.find(part), std::string::npos) << part;
    for (const auto* part : {"hidden", "outside", "broken", "fifo", "latin"})
        EXPECT_EQ(answer.body.find(part), std::string::npos) << part;
}

TEST_F(ListingTest, ComesAsTheClientLikesIt) {
    const auto is_json = [](const Answer& answer) {
        return answer.header("content-type") == "application/json";
    };
    EXPECT_TRUE(is_json(get("/maps/", {{"accept", "application/json"}})));
    EXPECT_TRUE(is_json(get("/maps/?F=PJSON")));
    EXPECT_FALSE(is_json(get("/maps/?f=html", {{"accept", "application/json"}})));
    EXPECT_FALSE(is_json(get("/maps/", {{"accept", "text/html, application/json;q=0.9, */*"}})));
    EXPECT_FALSE(is_json(get("/maps/", {{"accept", "*/*"}})));
}

TEST_F(ListingTest, IsMadeInThePoolWhereThereIsOne) {
    net::Pool pool{1, 10};
    options.pool = &pool;
    serve();
    EXPECT_EQ(get("/maps/").status, 200);
    files.reset();
}

TEST_F(ListingTest, GivesWayToAnIndex) {
    tree.write("maps/index.html", "index");
    EXPECT_EQ(get("/maps/").body, "index");
}

TEST_F(ListingTest, SaysWhenThereIsNothing) {
    tree.make_directory("empty");
    EXPECT_NE(get("/empty/").body.find("There is nothing here."), std::string::npos);
    EXPECT_EQ(get("/.git/").status, 404);
}

TEST_F(ListingTest, ShowsTheTrailAbove) {
    tree.make_directory("a b/c&d");
    const auto body = get("/a%20b/c&d/").body;
    EXPECT_NE(
        body.find(
            "<a href=\"/\">top</a> / <a href=\"/a%20b/\">a b</a> / <span aria-current=\"page\">c&amp;d</span>"),
        std::string::npos)
        << body;
}

}  // namespace
}  // namespace rhumb::files
