#include "trust/firefox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/example.h"

namespace rhumb::trust {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReadProfilePaths, TakesPathsAndDefaultsOfInstalls) {
    const auto paths = read_profile_paths(
        "[Install4F96D1932A9F858E]\r\nDefault=Profiles/abc.default-release\r\nLocked=1\r\n\r\n"
        "[Profile1]\nName=default\nIsRelative=1\nPath=xyz.default\nDefault=1\n"
        "[Profile0]\nIsRelative=0\nPath=/elsewhere/profile\nnonsense\nPath=\n",
        "/home/ann/.mozilla/firefox");

    EXPECT_THAT(paths, ElementsAre("/home/ann/.mozilla/firefox/Profiles/abc.default-release",
                                   "/home/ann/.mozilla/firefox/xyz.default", "/elsewhere/profile"));
    EXPECT_THAT(read_profile_paths("", "/x"), IsEmpty());
}

TEST(FindProfiles, TakesNamedOnesAndThoseThatAreThereOnce) {
    const ScratchDirectory home;
    home.write(
        "firefox/profiles.ini",
        "[Profile0]\nPath=a.default\n[Profile1]\nPath=../elsewhere/b\n[Profile2]\nPath=gone\n");
    home.write("firefox/installs.ini", "[4F96D1932A9F858E]\nDefault=a.default\n");
    for (const auto* const profile : {"firefox/a.default", "elsewhere/b", "firefox/c.unnamed"})
        home.write(std::filesystem::path{profile} / "cert9.db", "");
    home.write("firefox/Crash Reports/events", "");

    const auto base = std::filesystem::canonical(home.path());
    EXPECT_THAT(
        find_profiles(home.path() / "firefox"),
        ElementsAre(base / "elsewhere/b", base / "firefox/a.default", base / "firefox/c.unnamed"));
    EXPECT_THAT(find_profiles(home.path() / "nowhere"), IsEmpty());
}

}  // namespace
}  // namespace rhumb::trust
