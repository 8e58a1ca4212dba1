/// The files that the fuzz target begins with, as plain tests.

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "config/parse.h"
#include "config/tree.h"
#include "config/write.h"

namespace rhumb::config {
namespace {

using ::testing::HasSubstr;

std::string corpus(const std::string& name) {
    auto text =
        read_file(std::filesystem::path{RHUMB_SOURCE_DIRECTORY} / "tests/corpus/config" / name);
    EXPECT_TRUE(text) << name;
    return text.value_or("");
}

TEST(ConfigurationCorpus, HasTextsThatAreGood) {
    for (const char* name : {"full.toml", "example.toml"}) {
        const auto parsed = parse(corpus(name), name);
        EXPECT_TRUE(parsed.is_good()) << to_text(parsed.errors);
        EXPECT_EQ(parse(to_toml(parsed.document), name).document, parsed.document);
    }
}

TEST(ConfigurationCorpus, HasATextWithManyFaults) {
    const auto parsed = parse(corpus("faults.toml"), "faults.toml");

    EXPECT_EQ(
        to_text(parsed.errors),
        "faults.toml:1:2: the configuration has no key «sever»; did you mean «server»?\n"
        "faults.toml:4:9: loops must be a whole number, not text\n"
        "faults.toml:5:14: public_url «https://example.org/path» must be scheme, host and port alone, as in "
        "“https://gis.example.org:8443”\n"
        "faults.toml:6:27: header_bytes must be from 1024 to 1048576, not 1\n"
        "faults.toml:6:30: [server.limits] has no key «header_second»; did you mean «header_seconds»?\n"
        "faults.toml:7:1: there may be several: write [[site]], with two brackets\n"
        "faults.toml:10:12: [[gis.service]] must be a table, not a whole number\n"
        "faults.toml:10:24: name «a/b/c» must be “Name” or “Folder/Name”, each of 1 to 100 letters, digits, “-” "
        "and “_”\n"
        "faults.toml:10:42: source must be text, in quotes, not a date or a time");
}

/// The keys of `table` and of all tables below it. The names in tables of a person's own are not
/// keys.
void add_keys(const Node& table, std::set<std::string>& keys) {
    for (const auto& [key, place, value] : table.entries) {
        keys.insert(key);
        if (key == "error_pages" || key == "mime" || key == "headers") continue;
        add_keys(value, keys);
        for (const auto& item : value.items) add_keys(item, keys);
    }
}

TEST(ConfigurationCorpus, HasNoKeyThatTheDocumentationLeavesOut) {
    const auto documentation =
        read_file(std::filesystem::path{RHUMB_SOURCE_DIRECTORY} / "docs/configuration.md");
    ASSERT_TRUE(documentation);
    const auto tree = parse_tree(corpus("full.toml"), "full.toml");
    ASSERT_TRUE(tree);
    std::set<std::string> keys;
    add_keys(*tree, keys);
    for (const auto& key : keys) {
        const bool is_table = key == "site" || key == "location" || key == "limits" ||
                              key == "folder" || key == "service" || key == "gis" ||
                              key == "server";
        EXPECT_THAT(*documentation, HasSubstr(is_table ? key + "]" : "| `" + key + "` |")) << key;
    }
}

}  // namespace
}  // namespace rhumb::config
