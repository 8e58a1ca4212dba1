#include "trust/nss_store.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/child.h"
#include "pki/example.h"
#include "trust/example.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The real certutil on databases in a home of its own.
class NssStore : public testing::Test {
protected:
    void SetUp() override {
        if (::access("/usr/bin/certutil", X_OK) != 0)
            GTEST_SKIP() << "certutil of libnss3-tools is not installed";
    }

    Found find(bool may_create = true) const {
        return *find_stores({.home = home_.path()}, {.kind = "nss", .may_create = may_create});
    }
    std::string certutil(std::vector<std::string> arguments, std::string input = {}) const {
        arguments.insert(arguments.begin(), "/usr/bin/certutil");
        return child::run({.arguments = std::move(arguments),
                           .environment = {},
                           .input = std::move(input)})
            ->output;
    }
    void make_database(const fs::path& relative) const {
        fs::create_directories(home_.path() / relative);
        certutil({"-N", "--empty-password", "-d", database(relative)});
    }
    std::string database(const fs::path& relative) const {
        return "sql:" + (home_.path() / relative).string();
    }

    const ScratchDirectory home_;
    const pki::ExampleAuthority authority_;
    const pki::Certificate root_ = authority_.root;
};

TEST_F(NssStore, IsMadeForChromiumWhereThereIsNone) {
    EXPECT_THAT(find(false).stores, IsEmpty());

    const auto reports = install(root_, find());

    EXPECT_THAT(outcomes(reports), ElementsAre(Outcome::done)) << told(reports);
    EXPECT_TRUE(fs::exists(home_.path() / ".pki/nssdb/cert9.db"));
    EXPECT_EQ(fs::status(home_.path() / ".pki").permissions(), fs::perms::owner_all);
    EXPECT_THAT(certutil({"-L", "-d", database(".pki/nssdb")}), HasSubstr("C,,"));
    EXPECT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::already));
    EXPECT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::done));
    EXPECT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::already));
}

TEST_F(NssStore, MakesNssAcceptOurServersButNotBeyondTheConstraints) {
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    const auto verify = [&](const char* nickname, const std::vector<std::string>& names) {
        const auto leaf = *authority_.try_issue(names, key);
        certutil({"-A", "-d", database(".pki/nssdb"), "-n", nickname, "-t", ",,", "-a"},
                 leaf.to_pem());
        // Server usage, at the time of the example.
        return certutil(
            {"-V", "-d", database(".pki/nssdb"), "-n", nickname, "-u", "V", "-b", "260301120000Z"});
    };
    certutil({"-A", "-d", database(".pki/nssdb"), "-n", "intermediate", "-t", ",,", "-a"},
             authority_.intermediate.to_pem());

    EXPECT_THAT(verify("good", {"localhost", "a.test"}), HasSubstr("certificate is valid"));
    EXPECT_THAT(verify("beyond", {"www.example.com"}),
                testing::Not(HasSubstr("certificate is valid")));
}

TEST_F(NssStore, IsEveryOneOfTheUser) {
    make_database(".local/share/pki/nssdb");
    make_database("snap/chromium/current/.pki/nssdb");
    make_database(".mozilla/firefox/abc.default-release");
    make_database(".config/mozilla/firefox/new.default");
    make_database(".var/app/org.mozilla.firefox/.mozilla/firefox/fp.default");
    home_.write("elsewhere/readme", "");
    make_database("elsewhere/profile");
    home_.write(".mozilla/firefox/profiles.ini",
                "[Profile0]\nIsRelative=1\nPath=../../elsewhere/profile\n");

    const auto reports = install(root_, find());

    EXPECT_EQ(outcomes(reports), std::vector(6, Outcome::done)) << told(reports);
    EXPECT_FALSE(fs::exists(home_.path() / ".pki")) << "there was a database that Chromium reads";
    EXPECT_EQ(outcomes(status(root_, find())), std::vector(6, Outcome::already));
}

TEST_F(NssStore, IsTrustedAlsoWhenSomebodyImportedTheRootWithoutTrustUnderAnotherName) {
    make_database(".pki/nssdb");
    certutil({"-A", "-d", database(".pki/nssdb"), "-n", "by hand", "-t", ",,", "-a"},
             root_.to_pem());
    ASSERT_THAT(outcomes(status(root_, find())), ElementsAre(Outcome::skipped));

    const auto reports = install(root_, find());

    EXPECT_THAT(outcomes(reports), ElementsAre(Outcome::done)) << told(reports);
    EXPECT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::done));
}

TEST_F(NssStore, KeepsSeveralRootsApart) {
    const auto other = pki::ExampleAuthority{}.root;  // of the same name
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    EXPECT_THAT(outcomes(status(other, find())), ElementsAre(Outcome::skipped));
    EXPECT_THAT(outcomes(install(other, find())), ElementsAre(Outcome::done));
    EXPECT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::done));
    EXPECT_THAT(outcomes(status(other, find())), ElementsAre(Outcome::already));
}

TEST_F(NssStore, IsLeftAloneWhenItBelongsToAnotherUser) {
    if (::geteuid() != 0) GTEST_SKIP() << "only the administrator can give files away";
    make_database(".pki/nssdb");
    ASSERT_EQ(::chown((home_.path() / ".pki/nssdb/cert9.db").c_str(), 1, 1), 0);

    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped));
    EXPECT_THAT(reports.front().detail, HasSubstr("belongs to daemon"));
    EXPECT_EQ(reports.front().command,
              "rhumb ca export | sudo -H -u daemon rhumb trust install --store nss -");
    EXPECT_EQ(uninstall(root_, find()).front().command,
              "rhumb ca export | sudo -H -u daemon rhumb trust uninstall --store nss -");
}

TEST_F(NssStore, IsReportedWhenItIsDamaged) {
    home_.write(".pki/nssdb/cert9.db", "this is no database");
    home_.write(".pki/nssdb/key4.db", "nor this");

    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::failed)) << told(reports);
    EXPECT_THAT(reports.front().detail, HasSubstr("certutil says"));
}

TEST_F(NssStore, IsWorkedOnAsItsOwnerWhenTheAdministratorWasCalledByHim) {
    if (::geteuid() != 0) GTEST_SKIP() << "only the administrator can work as somebody else";
    constexpr uid_t daemon = 1;
    ASSERT_EQ(::chown(home_.path().c_str(), daemon, daemon), 0);
    const Places places{.home = home_.path(), .user = User{"daemon", daemon, daemon}};
    const auto find_his = [&] { return *find_stores(places, {.kind = "nss", .may_create = true}); };

    const auto reports = install(root_, find_his());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::done)) << told(reports);
    for (const auto& entry : fs::recursive_directory_iterator{home_.path()}) {
        struct stat facts {};
        ASSERT_EQ(::stat(entry.path().c_str(), &facts), 0);
        EXPECT_EQ(facts.st_uid, daemon) << entry.path();
        EXPECT_EQ(facts.st_gid, daemon) << entry.path();
    }
    EXPECT_EQ(fs::status(home_.path() / ".pki/nssdb").permissions(), fs::perms::owner_all);
    EXPECT_THAT(find_his().stores.front()->command(root_, false),
                testing::StartsWith("sudo -H -u daemon "));
    EXPECT_THAT(outcomes(uninstall(root_, find_his())), ElementsAre(Outcome::done));
}

TEST_F(NssStore, IsNotChangedInPartWhenItHasAPassword) {
    fs::create_directories(home_.path() / ".pki/nssdb");
    home_.write("password", "secret\n");
    certutil({"-N", "-f", (home_.path() / "password").string(), "-d", database(".pki/nssdb")});

    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped)) << told(reports);
    EXPECT_THAT(reports.front().detail, HasSubstr("password of its own"));
    EXPECT_THAT(reports.front().command, HasSubstr("certutil -A"));
    EXPECT_THAT(certutil({"-L", "-d", database(".pki/nssdb")}),
                testing::Not(HasSubstr(root_.common_name())));
    EXPECT_THAT(outcomes(status(root_, find())), ElementsAre(Outcome::skipped));
}

TEST_F(NssStore, KeepsOneOfTheOldFormat) {
    fs::create_directories(home_.path() / ".mozilla/firefox/ancient");
    const auto old = "dbm:" + (home_.path() / ".mozilla/firefox/ancient").string();
    if (certutil({"-N", "--empty-password", "-d", old}) != "")
        GTEST_SKIP() << "this NSS does not know the format any more";

    const auto installed = install(root_, find(false));

    EXPECT_THAT(outcomes(installed), ElementsAre(Outcome::done)) << told(installed);
    EXPECT_THAT(certutil({"-L", "-d", old}), HasSubstr("C,,"));
    EXPECT_THAT(outcomes(uninstall(root_, find(false))), ElementsAre(Outcome::done));
}

TEST_F(NssStore, GivesUpARootAlsoWhenItsMarksDoNotShowThatItIsTrusted) {
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    ASSERT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::done));
    // As certutil 3.87 shows what the policies of Firefox 153 have imported.
    certutil({"-A", "-d", database(".pki/nssdb"), "-n", "by policy", "-t", ",,", "-a"},
             root_.to_pem());

    EXPECT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::already));

    EXPECT_THAT(certutil({"-L", "-d", database(".pki/nssdb")}),
                testing::Not(HasSubstr("by policy")));
}

TEST_F(NssStore, TellsTheRootsThatItTrustsForServersAndNoOthers) {
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    const auto other = pki::ExampleAuthority{}.root;  // of the same name
    certutil({"-A", "-d", database(".pki/nssdb"), "-n", "for mail", "-t", ",C,", "-a"},
             self_signed({"mail.test"}).to_pem());
    certutil({"-A", "-d", database(".pki/nssdb"), "-n", "between", "-t", ",,", "-a"},
             authority_.intermediate.to_pem());

    EXPECT_THAT(*find().stores.front()->roots(), ElementsAre(root_));
    ASSERT_THAT(outcomes(install(other, find())), ElementsAre(Outcome::done));
    EXPECT_THAT(*find().stores.front()->roots(), testing::UnorderedElementsAre(root_, other));
}

TEST_F(NssStore, TrustsAServersOwnCertificateForThatServerAlone) {
    const auto own = self_signed({"maps.test"});

    ASSERT_THAT(outcomes(install(own, find())), ElementsAre(Outcome::done));

    EXPECT_THAT(certutil({"-L", "-d", database(".pki/nssdb")}), HasSubstr("CP,,"));
    EXPECT_THAT(outcomes(status(own, find())), ElementsAre(Outcome::already));
}

TEST_F(NssStore, CompletesTheTrustInAServersOwnCertificateThatFirefoxWouldNotTake) {
    const auto own = self_signed({"maps.test"});
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    certutil({"-A", "-d", database(".pki/nssdb"), "-n", "by hand", "-t", "P,,", "-a"},
             own.to_pem());
    ASSERT_THAT(outcomes(status(own, find())), ElementsAre(Outcome::skipped));

    EXPECT_THAT(outcomes(install(own, find())), ElementsAre(Outcome::done));

    EXPECT_THAT(certutil({"-L", "-d", database(".pki/nssdb")}), HasSubstr("CP,,"));
}

TEST(NssStores, AreSkippedWithTheRemedyWhenCertutilIsMissing) {
    const ScratchDirectory empty;
    const auto found = find_stores({.root = empty.path(), .home = empty.path()},
                                   {.kind = "nss", .may_create = true});

    ASSERT_EQ(found->skipped.size(), 1U);
    EXPECT_THAT(found->skipped.front().detail, HasSubstr("libnss3-tools"));
    EXPECT_THAT(find_stores({}, {.kind = "nss", .may_create = true})->skipped.front().detail,
                HasSubstr("set HOME"));
}

}  // namespace
}  // namespace rhumb::trust
