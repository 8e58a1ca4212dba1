#include "manager/call_reading.h"

#include <gmock/gmock.h>

namespace rhumb::manager {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

/// What a listing route makes of a query; its fault in `fault`.
std::map<std::string, std::string, std::less<>> read(std::string_view text, std::string& fault) {
    Route route{.path = "/things",
                .query = {{"since", moment("")}, {"all", boolean("")}},
                .is_listed = true};
    std::map<std::string, std::string, std::less<>> query;
    const auto done = read_query(text, route, query);
    fault = done ? "" : done.error().message;
    return query;
}

TEST(Query, GivesWhatTheRouteKnows) {
    std::string fault;
    EXPECT_THAT(read("limit=10&after=a%20b%26&since=2026-11-23T00:00Z&all=true", fault),
                UnorderedElementsAre(Pair("limit", "10"), Pair("after", "a b&"),
                                     Pair("since", "2026-11-23T00:00Z"), Pair("all", "true")));
    EXPECT_EQ(fault, "");
}

TEST(Query, PassesTokensOver) {
    std::string fault;
    EXPECT_THAT(read("token=secret&TOKEN=x&&", fault), ::testing::IsEmpty());
    EXPECT_EQ(fault, "");
}

TEST(Query, RefusesTheRest) {
    struct Case {
        const char* query;
        const char* fault;
    };
    for (const auto& c :
         {Case{"limits=1", "«limits» that means nothing"}, Case{"limit=0", "from 1 to 1000"},
          Case{"limit=1001", "from 1 to 1000"}, Case{"limit=ten", "of the type integer"},
          Case{"limit=1&limit=2", "twice"}, Case{"all=yes", "of the type boolean"},
          Case{"limit=%zz", "percent-encoded"}, Case{"after=%ff", "UTF-8"},
          Case{"limit", "of the type integer"}}) {
        SCOPED_TRACE(c.query);
        std::string fault;
        read(c.query, fault);
        EXPECT_THAT(fault, HasSubstr(c.fault));
    }
}

TEST(MediaType, IsJsonByItsOwnWord) {
    const auto says = [](std::string_view type) {
        http::Headers headers;
        headers.set("content-type", type);
        return says_json(headers);
    };
    EXPECT_TRUE(says("application/json"));
    EXPECT_TRUE(says("Application/JSON; charset=utf-8"));
    EXPECT_FALSE(says("text/plain"));
    EXPECT_FALSE(says("application/x-www-form-urlencoded"));
    EXPECT_FALSE(says("application/jsonx"));
    EXPECT_FALSE(says_json({}));
}

}  // namespace
}  // namespace rhumb::manager
