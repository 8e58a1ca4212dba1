#include "site/running.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"

namespace rhumb::site {
namespace {

class RunningInDirectory : public testing::Test {
protected:
    RunningInDirectory() {
        std::string made =
            (std::filesystem::temp_directory_path() / "rhumb-running-XXXXXX").string();
        directory_ = mkdtemp(made.data());
    }
    ~RunningInDirectory() override {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    std::filesystem::path directory_;
};

TEST_F(RunningInDirectory, SaysToOthersWhatItSaidToItself) {
    Running running;
    running.process = 4711;
    running.digest = "ab";
    running.refused_digest = "cd";
    running.refusal = "the port is taken";
    running.hosts = {"gis.test", "10.1.2.3"};
    running.config_file = "/etc/rhumb.toml";
    running.document.server.public_url = "https://a.test";
    config::Site site;
    site.name = "Site “ä”";
    site.host_names = {"a.test", "*.b.test"};
    site.strict_sni = true;
    site.certificates = {"gis", "auto"};
    // As ports that the system chose may be: one socket for two sites.
    site.bindings = {{true, "*", 40000, 443, {"x"}}, {false, "::1", 80}};
    running.document.sites = {site, site};
    ASSERT_TRUE(write_running(directory_, running));

    const auto read = read_running(directory_);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->process, running.process);
    EXPECT_EQ(read->digest, running.digest);
    EXPECT_EQ(read->refused_digest, running.refused_digest);
    EXPECT_EQ(read->refusal, running.refusal);
    EXPECT_EQ(read->hosts, running.hosts);
    EXPECT_EQ(read->config_file, running.config_file);
    EXPECT_EQ(read->document, running.document);
}

TEST_F(RunningInDirectory, IsNothingWhereNothingCanBeRead) {
    EXPECT_FALSE(read_running(directory_));
    for (const auto* text :
         {"", "{", "[]", "{}", R"({"process": "x"})", R"({"process": 1, "digest": 2})"}) {
        ASSERT_TRUE(write_file_atomically(directory_ / "running.json", text));
        EXPECT_FALSE(read_running(directory_)) << text;
    }
}

}  // namespace
}  // namespace rhumb::site
