#include "server/first_start.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "config/parse.h"

namespace rhumb::server {
namespace {

using certs::example_now;

/// An installation whose first configuration was `text`.
class OlderInstallation : public testing::Test {
protected:
    site::Home home_with(std::string_view text) {
        const auto first = config::parse_or_fail(text, "test.toml");
        EXPECT_TRUE(first) << first.error().message;
        return *site::Home::in_store(example_.store, *first, {"ann", "a test", "", example_now});
    }
    void start(site::Home& home) {
        const auto added = add_new_locations(example_.store, home, example_now, log_);
        ASSERT_TRUE(added) << added.error().message;
    }
    static std::vector<std::string> paths(const site::Home& home) {
        const auto configuration = *home.current();
        std::vector<std::string> paths;
        for (const auto& location : configuration.document.sites[0].locations)
            paths.push_back(location.path);
        return paths;
    }

    certs::ExampleStore example_;
    const observe::Log log_ = observe::Log::to_nowhere();
};

constexpr std::string_view before =
    "[[site]]\n[[site.location]]\npath = \"/arcgis\"\nhandler = \"gis\"\n"
    "[[site.location]]\npath = \"/viewer\"\nhandler = \"viewer\"\n";

TEST_F(OlderInstallation, IsGivenWhatIsNewAsOneRevision) {
    auto home = home_with(before);
    start(home);

    EXPECT_THAT(paths(home), testing::ElementsAre("/api/v1", "/arcgis", "/trust", "/viewer"));
    const auto locations = home.current()->document.sites[0].locations;
    EXPECT_EQ(locations[0].handler, config::HandlerKind::api);
    EXPECT_EQ(locations[2].handler, config::HandlerKind::trust);
    EXPECT_EQ(home.history()->front().number, 2);
    EXPECT_EQ(home.history()->front().author, "rhumb");
}

TEST_F(OlderInstallation, IsNotGivenItAgainWhenItWasTakenOut) {
    auto home = home_with(before);
    start(home);
    ASSERT_TRUE(home.rollback(1, {"ann", "a test", "", example_now}));
    start(home);

    EXPECT_THAT(paths(home), testing::ElementsAre("/arcgis", "/viewer"));
}

TEST_F(OlderInstallation, IsGivenOnlyWhatItWasNotOfferedBefore) {
    auto home = home_with(before);
    ASSERT_TRUE(example_.store.transact([](storage::Transaction& transaction) {
        return transaction.put_setting("added.trust", "yes");
    }));
    start(home);

    EXPECT_THAT(paths(home), testing::ElementsAre("/api/v1", "/arcgis", "/viewer"));
}

TEST_F(OlderInstallation, KeepsWhatIsInThatPlaceAlready) {
    auto home = home_with(
        "[[site]]\n[[site.location]]\npath = \"/trust\"\nroot = \"x\"\n"
        "[[site.location]]\npath = \"/api\"\nroot = \"y\"\n");
    start(home);
    EXPECT_EQ(home.history()->size(), 1U);
}

TEST_F(OlderInstallation, KeepsItsOwnFilesInThatPlace) {
    auto home = home_with(
        "[[site]]\nroot = \"www\"\n[[site.location]]\npath = \"/x\"\nhandler = \"none\"\n");
    std::filesystem::create_directories(home.directory() / "www" / "trust");
    start(home);
    EXPECT_THAT(paths(home), testing::ElementsAre("/api/v1", "/x"));
}

TEST_F(OlderInstallation, IsLeftAloneWhenItHasOneFromTheStart) {
    auto home = home_with("");
    start(home);
    EXPECT_EQ(home.history()->size(), 1U);
}

TEST_F(OlderInstallation, IsLeftAloneWhenItsConfigurationIsAFile) {
    const auto file = example_.store.directory() / "rhumb.toml";
    std::ofstream{file} << before;
    auto home = *site::Home::in_file(file);
    start(home);
    EXPECT_THAT(paths(home), testing::ElementsAre("/arcgis", "/viewer"));
}

}  // namespace
}  // namespace rhumb::server
