#include "trust/system_store.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "pki/example.h"
#include "trust/example.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class SystemStore : public testing::Test {
protected:
    Found find() const { return *find_stores({.root = system_.path()}, {.kind = "system"}); }

    /// A system whose tool puts all anchors into the bundle, as the real one does.
    void make(const std::string& anchors, const std::string& tool,
              const std::string& bundle) const {
        fs::create_directories(system_.path() / anchors);
        fs::create_directories((system_.path() / bundle).parent_path());
        system_.write(
            fs::path{"usr/bin"} / tool,
            fmt::format(
                "#!/bin/sh\ncd {} && echo \"$@\" >arguments && cat /dev/null {}/* >{} 2>/dev/null; true\n",
                system_.path().string(), anchors, bundle),
            true);
    }

    const ScratchDirectory system_;
    const pki::Certificate root_ = pki::ExampleAuthority{}.root;
};

TEST_F(SystemStore, IsKeptAsEachFamilyDoes) {
    struct Case {
        std::string name, anchors, tool, bundle, extension, arguments;
    };
    for (const auto& c :
         {Case{"Fedora", "etc/pki/ca-trust/source/anchors", "update-ca-trust",
               "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", ".pem", "extract\n"},
          Case{"Debian", "usr/local/share/ca-certificates", "update-ca-certificates",
               "etc/ssl/certs/ca-certificates.crt", ".crt", "\n"},
          Case{"Arch", "etc/ca-certificates/trust-source/anchors", "trust",
               "etc/ca-certificates/extracted/tls-ca-bundle.pem", ".crt", "extract-compat\n"},
          Case{"SUSE", "usr/share/pki/trust/anchors", "update-ca-certificates",
               "var/lib/ca-certificates/ca-bundle.pem", ".pem", "\n"}}) {
        SCOPED_TRACE(c.name);
        fs::remove_all(system_.path());
        make(c.anchors, c.tool, c.bundle);
        const auto found = find();
        ASSERT_EQ(found.stores.size(), 1U);
        EXPECT_THAT(found.stores.front()->about().location, HasSubstr(c.name));

        const auto installed = install(root_, found);
        EXPECT_THAT(outcomes(installed), ElementsAre(Outcome::done)) << told(installed);
        EXPECT_EQ(*read_file(system_.path() / "arguments"), c.arguments);
        EXPECT_EQ(*read_file(system_.path() / c.anchors / (unique_name(root_) + c.extension)),
                  root_.to_pem());
        EXPECT_THAT(outcomes(install(root_, found)), ElementsAre(Outcome::already));

        EXPECT_THAT(outcomes(uninstall(root_, found)), ElementsAre(Outcome::done));
        EXPECT_FALSE(fs::exists(system_.path() / c.anchors / (unique_name(root_) + c.extension)));
    }
}

/// Debian's own program, told to work in the directory.
TEST_F(SystemStore, WorksWithTheRealToolOfDebian) {
    if (::access("/usr/sbin/update-ca-certificates", X_OK) != 0)
        GTEST_SKIP() << "not on this system";
    fs::create_directories(system_.path() / "etc/ssl/certs");
    fs::create_directories(system_.path() / "usr/local/share/ca-certificates");
    fs::create_directories(system_.path() / "hooks");
    system_.write("etc/ca-certificates.conf", "");
    system_.write(
        "usr/sbin/update-ca-certificates",
        fmt::format(
            "#!/bin/sh\ncd {} && exec /usr/sbin/update-ca-certificates \"$@\" --certsconf etc/ca-certificates.conf "
            "--localcertsdir $PWD/usr/local/share/ca-certificates --etccertsdir $PWD/etc/ssl/certs --hooksdir $PWD/hooks\n",
            system_.path().string()),
        true);
    const auto found = find();

    const auto installed = install(root_, found);
    EXPECT_THAT(outcomes(installed), ElementsAre(Outcome::done)) << told(installed);
    const auto other = pki::ExampleAuthority{}.root;
    EXPECT_THAT(outcomes(install(other, found)), ElementsAre(Outcome::done));
    EXPECT_THAT(outcomes(install(root_, found)), ElementsAre(Outcome::already));

    const auto removed = uninstall(root_, found);
    EXPECT_THAT(outcomes(removed), ElementsAre(Outcome::done)) << told(removed);
    EXPECT_THAT(outcomes(status(root_, found)), ElementsAre(Outcome::skipped));
    EXPECT_THAT(outcomes(status(other, found)), ElementsAre(Outcome::already));
}

TEST_F(SystemStore, IsLeftAsItWasWhenTheToolFails) {
    make("usr/local/share/ca-certificates", "update-ca-certificates",
         "etc/ssl/certs/ca-certificates.crt");
    system_.write("usr/bin/update-ca-certificates", "#!/bin/sh\necho the disk is full\nexit 7\n",
                  true);

    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::failed));
    EXPECT_THAT(reports.front().detail, HasSubstr("exit code 7: the disk is full"));
    EXPECT_TRUE(fs::is_empty(system_.path() / "usr/local/share/ca-certificates"));
}

TEST_F(SystemStore, IsSkippedWithTheRemedyWhenTheToolIsMissing) {
    system_.write("etc/os-release", "ID=debian\n");  // without the package: not even a directory

    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped));
    EXPECT_THAT(reports.front().detail, HasSubstr("the program update-ca-certificates is missing"));
    EXPECT_THAT(reports.front().command,
                testing::StartsWith("sudo apt-get install ca-certificates && "));
}

TEST_F(SystemStore, TakesOutWhatSomebodyPutThereUnderAnotherName) {
    make("usr/local/share/ca-certificates", "update-ca-certificates",
         "etc/ssl/certs/ca-certificates.crt");
    system_.write("usr/local/share/ca-certificates/maps/by-hand.crt", root_.to_pem());
    const auto other = pki::ExampleAuthority{}.root;
    system_.write("usr/local/share/ca-certificates/other.crt", other.to_pem());
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));

    EXPECT_THAT(outcomes(uninstall(root_, find())), ElementsAre(Outcome::done));

    EXPECT_FALSE(fs::exists(system_.path() / "usr/local/share/ca-certificates/maps/by-hand.crt"));
    EXPECT_TRUE(fs::exists(system_.path() / "usr/local/share/ca-certificates/other.crt"));
}

TEST_F(SystemStore, SaysWhichFilesTheSystemPassesOver) {
    make("usr/local/share/ca-certificates", "update-ca-certificates",
         "etc/ssl/certs/ca-certificates.crt");
    system_.write("usr/local/share/ca-certificates/root.pem", root_.to_pem());

    const auto reports = status(root_, find());

    ASSERT_EQ(reports.size(), 2U) << told(reports);
    EXPECT_THAT(reports.back().detail, HasSubstr("only names that end in .crt"));
}

TEST_F(SystemStore, TellsTheRootsOfTheBundle) {
    make("usr/local/share/ca-certificates", "update-ca-certificates",
         "etc/ssl/certs/ca-certificates.crt");
    EXPECT_THAT(*find().stores.front()->roots(), testing::IsEmpty());
    ASSERT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));
    EXPECT_THAT(*find().stores.front()->roots(), ElementsAre(root_));
}

TEST_F(SystemStore, WritesNothingWhereALinkLeadsOutOfTheImage) {
    const ScratchDirectory host;
    make("usr/local/share/ca-certificates", "update-ca-certificates",
         "etc/ssl/certs/ca-certificates.crt");
    fs::remove(system_.path() / "usr/local/share/ca-certificates");
    fs::create_directory_symlink(host.path(), system_.path() / "usr/local/share/ca-certificates");

    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::failed));
    EXPECT_THAT(reports.front().detail, HasSubstr("leads out of"));
    EXPECT_TRUE(fs::is_empty(host.path()));
}

TEST_F(SystemStore, OfSuseIsInTheDirectoryForTheMachinesOwnWhereThatIsThere) {
    make("etc/pki/trust/anchors", "update-ca-certificates",
         "var/lib/ca-certificates/ca-bundle.pem");
    fs::create_directories(system_.path() / "usr/share/pki/trust/anchors");

    EXPECT_THAT(outcomes(install(root_, find())), ElementsAre(Outcome::done));

    EXPECT_TRUE(
        fs::exists(system_.path() / "etc/pki/trust/anchors" / (unique_name(root_) + ".pem")));
}

TEST_F(SystemStore, IsSkippedWhenTheSystemIsUnknown) {
    const auto reports = install(root_, find());

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped));
    EXPECT_THAT(reports.front().detail, HasSubstr("ca-certificates"));
}

TEST_F(SystemStore, TellsTheCommandsForTheAdministrator) {
    make("usr/local/share/ca-certificates", "update-ca-certificates",
         "etc/ssl/certs/ca-certificates.crt");
    const auto found = find();
    const auto file =
        (system_.path() / "usr/local/share/ca-certificates" / (unique_name(root_) + ".crt"))
            .string();
    const auto tool = (system_.path() / "usr/bin/update-ca-certificates").string();

    EXPECT_EQ(found.stores.front()->command(root_, true),
              fmt::format("rhumb ca export | sudo tee {} >/dev/null && sudo {}", file, tool));
    EXPECT_EQ(found.stores.front()->command(root_, false),
              fmt::format("sudo rm {} && sudo {} --fresh", file, tool));
}

}  // namespace
}  // namespace rhumb::trust
