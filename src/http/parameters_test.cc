#include "http/parameters.h"

#include <gtest/gtest.h>

namespace rhumb::http {
namespace {

TEST(Parameters, FindNamesWithoutCaseAndDecodeValues) {
    Parameters parameters;
    ASSERT_TRUE(parameters.add_form("WHERE=name+%3D+%27it%27%27s%27&f=json&empty=&flag"));
    EXPECT_EQ(parameters.get("where"), "name = 'it''s'");
    EXPECT_EQ(parameters.get("F"), "json");
    EXPECT_FALSE(parameters.has("empty"));
    EXPECT_EQ(parameters.get("none"), "");
}

TEST(Parameters, TakeTheFirstOfAName) {
    Parameters parameters;
    ASSERT_TRUE(parameters.add_form("f=json"));
    ASSERT_TRUE(parameters.add_form("F=html"));
    EXPECT_EQ(parameters.get("f"), "json");
}

TEST(Parameters, RefuseBrokenEscapesAndTooMany) {
    Parameters parameters;
    EXPECT_FALSE(parameters.add_form("a=%zz"));
    std::string many;
    for (std::size_t i = 0; i <= Parameters::count_max; ++i) many += "a=1&";
    EXPECT_FALSE(Parameters{}.add_form(many));
}

TEST(Parameters, ReadMultipartForms) {
    Parameters parameters;
    const auto read = parameters.add_multipart(
        "--xx\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\njson\r\n--xx\r\ncontent-disposition: form-data; name=where\r\n"
        "Content-Type: text/plain\r\n\r\npop > 5\r\nAND 1=1\r\n--xx--\r\n",
        "multipart/form-data; boundary=xx");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(parameters.get("f"), "json");
    EXPECT_EQ(parameters.get("where"), "pop > 5\r\nAND 1=1");
}

TEST(Parameters, RefuseBrokenMultipartForms) {
    for (const auto* body :
         {"", "--xx", "--xx\r\n\r\n", "--xx\r\nContent-Disposition: form-data\r\n\r\nv\r\n--xx--",
          "--xx\r\nContent-Disposition: form-data; name=a\r\n\r\nv"}) {
        EXPECT_FALSE(Parameters{}.add_multipart(body, "multipart/form-data; boundary=\"xx\""))
            << body;
    }
    EXPECT_FALSE(Parameters{}.add_multipart("--\r\n", "multipart/form-data"));
}

TEST(Parameters, ReadBooleansAndCounts) {
    Parameters parameters;
    ASSERT_TRUE(parameters.add_form("a=TRUE&b=0&c=perhaps&n=12&m=-1"));
    EXPECT_TRUE(*parameters.get_bool("a", false));
    EXPECT_FALSE(*parameters.get_bool("b", true));
    EXPECT_FALSE(parameters.get_bool("c", true));
    EXPECT_TRUE(*parameters.get_bool("none", true));
    EXPECT_EQ(**parameters.get_count("n"), 12U);
    EXPECT_FALSE(parameters.get_count("m"));
    EXPECT_FALSE(parameters.get_count("none")->has_value());
}

}  // namespace
}  // namespace rhumb::http
