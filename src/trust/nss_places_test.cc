#include "trust/nss_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/example.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class NssPlaces : public testing::Test {
protected:
    /// A directory with a database, as far as its name goes.
    void make(const fs::path& directory, const char* file = "cert9.db") const {
        home_.write(directory / file, "");
    }
    /// "Firefox: .mozilla/firefox/a"; an old one with "(old)" after it.
    std::vector<std::string> shown(const std::vector<NssDatabase>& all) const {
        std::vector<std::string> texts;
        for (const auto& one : all)
            texts.push_back(
                fmt::format("{}: {}{}", one.browser,
                            one.directory.lexically_relative(fs::canonical(home_.path())).string(),
                            one.is_old ? " (old)" : ""));
        return texts;
    }

    const ScratchDirectory home_;
    Places places_{.home = home_.path()};
};

TEST_F(NssPlaces, OfChromiumAreTheOldTheNewAndThoseInSandboxes) {
    EXPECT_THAT(find_chromium_databases(places_), IsEmpty());
    make(".pki/nssdb");
    make(".local/share/pki/nssdb");
    make("snap/chromium/current/.pki/nssdb");
    make(".var/app/org.chromium.Chromium/data/pki/nssdb");
    make(".var/app/org.example.Strange/.pki/nssdb");

    EXPECT_THAT(
        shown(find_chromium_databases(places_)),
        ElementsAre("Chromium and Chrome: .pki/nssdb",
                    "Chromium and Chrome: .local/share/pki/nssdb",
                    "Chromium (snap): snap/chromium/current/.pki/nssdb",
                    "Chromium (flatpak): .var/app/org.chromium.Chromium/data/pki/nssdb",
                    "org.example.Strange (flatpak): .var/app/org.example.Strange/.pki/nssdb"));
}

TEST_F(NssPlaces, FollowXdg) {
    make("data/pki/nssdb");
    make("settings/mozilla/firefox/p");
    make("settings/librewolf/librewolf/q");
    places_.data_home = home_.path() / "data";
    places_.config_home = home_.path() / "settings";

    EXPECT_THAT(shown(find_chromium_databases(places_)),
                ElementsAre("Chromium and Chrome: data/pki/nssdb"));
    EXPECT_THAT(shown(find_firefox_databases(places_)),
                ElementsAre("Firefox: settings/mozilla/firefox/p",
                            "LibreWolf: settings/librewolf/librewolf/q"));
}

TEST_F(NssPlaces, OfFirefoxAreProfilesOfAllItsKinds) {
    make(".mozilla/firefox/a.default-esr");
    make(".mozilla/firefox-trunk/b");
    make(".mozilla/thunderbird/mail");  // not the one for Web servers
    make(".librewolf/c");
    make("snap/firefox/common/.mozilla/firefox/d");
    make(".var/app/org.mozilla.firefox/config/mozilla/firefox/e");
    make(".mozilla/firefox/old", "cert8.db");

    EXPECT_THAT(
        shown(find_firefox_databases(places_)),
        ElementsAre("Firefox: .mozilla/firefox/a.default-esr",
                    "Firefox: .mozilla/firefox/old (old)", "Firefox: .mozilla/firefox-trunk/b",
                    "Firefox (snap): snap/firefox/common/.mozilla/firefox/d",
                    "Firefox (flatpak): .var/app/org.mozilla.firefox/config/mozilla/firefox/e",
                    "LibreWolf: .librewolf/c"));
}

TEST_F(NssPlaces, AreTakenOnceAlsoWhenLinksLeadThereTwice) {
    make(".mozilla/firefox/a");
    fs::create_directories(home_.path() / ".config");
    fs::create_directory_symlink(home_.path() / ".mozilla", home_.path() / ".config/mozilla");
    make(".pki/nssdb");
    fs::create_directories(home_.path() / ".local/share");
    fs::create_directory_symlink(home_.path() / ".pki", home_.path() / ".local/share/pki");

    EXPECT_EQ(find_firefox_databases(places_).size(), 1U);
    EXPECT_EQ(find_chromium_databases(places_).size(), 1U);
}

TEST_F(NssPlaces, TakeTheNewFormatWhereBothAreThere) {
    make(".mozilla/firefox/a", "cert8.db");
    make(".mozilla/firefox/a", "cert9.db");
    EXPECT_THAT(shown(find_firefox_databases(places_)), ElementsAre("Firefox: .mozilla/firefox/a"));
}

}  // namespace
}  // namespace rhumb::trust
