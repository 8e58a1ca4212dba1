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
    for (const char* name : {"full.toml", "example.toml", "providers.toml"}) {
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

TEST(ConfigurationCorpus, HasATextWithFaultyRules) {
    EXPECT_EQ(
        to_text(parse(corpus("policy.toml"), "policy.toml").errors),
        "policy.toml:3:9: “anyone” lets everybody in: the other entries have no effect, take them or it away\n"
        "policy.toml:4:8: hsts must be one of “off”, “5 minutes”, “1 week”, “1 year”, not «1 day»\n"
        "policy.toml:8:10: «group:a» says nothing about who is allowed: did you mean “role:a”? an entry is “anyone”, “authenticated”, “role:NAME”, “user:NAME” or “address:IP” (also a network: “address:192.0.2.0/24”)\n"
        "policy.toml:8:21: «10.0.0.0/99» has no number from 0 to 32 after its slash (how many bits count): write it as in “192.0.2.7”, “192.0.2.0/24” or “2001:db8::/32”\n"
        "policy.toml:8:44: «fe80::1%eth0» is neither an IP address nor a network: write it as in “192.0.2.7”, “192.0.2.0/24” or “2001:db8::/32”\n"
        "policy.toml:8:68: the name in «user:» is missing\n"
        "policy.toml:8:77: the name in «role:\\x00» must have none of : ; , / \\ \" < > and no control characters\n"
        "policy.toml:8:92: an entry of allow must be text, in quotes, not a whole number\n"
        "policy.toml:9:22: client_certificate must be one of “ignore”, “accept”, “require”, not true or false\n"
        "policy.toml:14:17: id must be from 0 to 1000000, not -1\n"
        "policy.toml:14:29: allow must name somebody: nobody could come in. To keep a path from everybody, give it the handler “none”; a service: do not start it; to inherit, leave the key out\n"
        "policy.toml:14:35: [[gis.service.layer]] needs an allow, as in allow = [\"role:hydrologists\"]\n"
        "policy.toml:14:42: id must be from 0 to 1000000, not 4294967296\n"
        "policy.toml:14:56: [[gis.service.layer]] must be a table, not a whole number\n"
        "policy.toml:17:20: trusted_proxies «256.1.1.1» must be an IP address or a network, as in “192.0.2.7”, “10.0.0.0/8” or “2001:db8::/32”\n"
        "policy.toml:17:33: trusted_proxies «::ffff:1.2.3.4/96/1» must be an IP address or a network, as in “192.0.2.7”, “10.0.0.0/8” or “2001:db8::/32”\n"
        "policy.toml:17:56: trusted_proxies «1.2.3.4/+8» must be an IP address or a network, as in “192.0.2.7”, “10.0.0.0/8” or “2001:db8::/32”\n"
        "policy.toml:18:28: short_minutes must be from 1 to 10080, not 100000\n"
        "policy.toml:19:21: [[security.certificate_user]] needs either user (whose the certificate is) or field (\"cn\", \"email\", \"upn\", \"dns\": where in the certificate his name stands)\n"
        "policy.toml:19:30: every certificate would be of «a»: say which ones, by certificate, issuer, subject or san\n"
        "policy.toml:19:51: [[security.certificate_user]] needs either user (whose the certificate is) or field (\"cn\", \"email\", \"upn\", \"dns\": where in the certificate his name stands)\n"
        "policy.toml:19:67: certificate «zz» must be the SHA-256 fingerprint: 64 hexadecimal digits, with or without colons (“rhumb cert show” prints it)");
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
    std::set<std::string> keys;
    for (const char* name : {"full.toml", "providers.toml"}) {
        const auto tree = parse_tree(corpus(name), name);
        ASSERT_TRUE(tree);
        add_keys(*tree, keys);
    }
    for (const auto& key : keys) {
        const std::set<std::string> tables{
            "server",           "limits",   "site",     "location", "gis",      "folder",
            "service",          "layer",    "security", "tokens",   "sessions", "sign_in",
            "certificate_user", "provider", "queries"};
        const auto heading = tables.contains(key) ? key + "]" : "| `" + key + "` |";
        EXPECT_NE(documentation->find(heading), std::string::npos) << heading;
    }
}

}  // namespace
}  // namespace rhumb::config
