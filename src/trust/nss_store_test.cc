#include "trust/nss_store.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
        return *find_stores({.root = "/", .home = home_.path(), .data_home = {}, .config_home = {}},
                            "nss", may_create);
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
    EXPECT_EQ(reports.front().command, "sudo -H -u daemon rhumb trust install --store nss");
}

TEST_F(NssStore, IsReportedWhenItIsDamaged) {
    home_.write(".pki/nssdb/cert9.db", "this is no database");
    home_.write(".pki/nssdb/key4.db", "nor this");

    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::failed)) << told(reports);
    EXPECT_THAT(reports.front().detail, HasSubstr("certutil says"));
}

TEST(NssStores, AreSkippedWithTheRemedyWhenCertutilIsMissing) {
    const ScratchDirectory empty;
    const auto found = find_stores(
        {.root = empty.path(), .home = empty.path(), .data_home = {}, .config_home = {}}, "nss",
        true);

    ASSERT_EQ(found->skipped.size(), 1U);
    EXPECT_THAT(found->skipped.front().detail, HasSubstr("libnss3-tools"));
    EXPECT_THAT(find_stores({}, "nss", true)->skipped.front().detail, HasSubstr("set HOME"));
}

}  // namespace
}  // namespace rhumb::trust
