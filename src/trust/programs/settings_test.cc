#include "trust/programs/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child.h"
#include "base/files.h"
#include "pki/bag.h"
#include "pki/example.h"
#include "trust/example.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Settings : public testing::Test {
protected:
    std::string render_for(Shell shell, const Surroundings& surroundings = {},
                           bool replaces = false) const {
        return render(shell, settings_for(material_, surroundings), material_, replaces);
    }
    const Material material_{"/home/ann o'neil/$rhumb"};
};

TEST_F(Settings, AreTakenByAShellAsTheyAreMeant) {
    const ScratchDirectory directory;
    directory.write("settings.sh", render_for(Shell::sh) +
                                       "printf '%s\\n' \"$NODE_EXTRA_CA_CERTS\" "
                                       "\"$CURL_CA_BUNDLE\" \"$JAVA_TOOL_OPTIONS\"\n");
    const auto said = child::run({.arguments = {"/bin/sh", "-eu", directory.path() / "settings.sh"},
                                  .environment = {},
                                  .input = {}});
    ASSERT_TRUE(said);
    EXPECT_EQ(said->output,
              "/home/ann o'neil/$rhumb/rhumb-roots.pem\n/home/ann o'neil/$rhumb/bundle.pem\n"
              "\"-Djavax.net.ssl.trustStore=/home/ann o'neil/$rhumb/java-trust.p12\" "
              "-Djavax.net.ssl.trustStoreType=PKCS12 "
              "-Djavax.net.ssl.trustStorePassword=changeit\n");
}

TEST_F(Settings, AreWrittenInTheWayOfEachPlace) {
    EXPECT_THAT(render_for(Shell::fish),
                HasSubstr("set -gx CURL_CA_BUNDLE '/home/ann o\\'neil/$rhumb/bundle.pem'\n"));
    EXPECT_THAT(render_for(Shell::powershell),
                HasSubstr("$env:CURL_CA_BUNDLE = '/home/ann o''neil/$rhumb/bundle.pem'\n"));
    EXPECT_THAT(
        render_for(Shell::systemd),
        AllOf(HasSubstr("\n[Service]\n"),
              HasSubstr("Environment=\"CURL_CA_BUNDLE=/home/ann o'neil/$rhumb/bundle.pem\"\n"),
              HasSubstr("Environment=\"JAVA_TOOL_OPTIONS=\\\"-Djavax.net")));
    EXPECT_THAT(render_for(Shell::docker),
                AllOf(HasSubstr("\nCURL_CA_BUNDLE=/home/ann o'neil/$rhumb/bundle.pem\n"),
                      HasSubstr("--volume"), Not(HasSubstr("export"))));
}

TEST_F(Settings, LeaveAloneWhatIsSetToSomethingElse) {
    Surroundings mine;
    mine.variables = {{"CURL_CA_BUNDLE", "/my/own.pem"},
                      {"NODE_EXTRA_CA_CERTS", material_.roots().string()}};

    const auto text = render_for(Shell::sh, mine);
    EXPECT_THAT(text, HasSubstr("set to «/my/own.pem» here"));
    EXPECT_THAT(text, HasSubstr("\n# export CURL_CA_BUNDLE="));
    EXPECT_THAT(text, Not(HasSubstr("\nexport CURL_CA_BUNDLE=")));
    EXPECT_THAT(text, HasSubstr("\nexport NODE_EXTRA_CA_CERTS="));

    EXPECT_THAT(render_for(Shell::sh, mine, true), HasSubstr("\nexport CURL_CA_BUNDLE="));
    EXPECT_THAT(render_for(Shell::docker, mine), HasSubstr("\nCURL_CA_BUNDLE="));
}

TEST_F(Settings, KeepTheOtherOptionsOfJava) {
    Surroundings mine;
    mine.variables = {{"JAVA_TOOL_OPTIONS", "-Xmx1g"}};
    EXPECT_THAT(render_for(Shell::sh, mine), HasSubstr("\nexport JAVA_TOOL_OPTIONS='-Xmx1g "));

    // Once ours is in it, nothing is added again.
    const auto ours = settings_for(material_, mine).back().value;
    mine.variables["JAVA_TOOL_OPTIONS"] = ours;
    EXPECT_EQ(settings_for(material_, mine).back().value, ours);
    EXPECT_EQ(settings_for(material_, mine).back().present, "");

    mine.variables["JAVA_TOOL_OPTIONS"] = "-Djavax.net.ssl.trustStore=/mine.jks";
    EXPECT_THAT(render_for(Shell::sh, mine), HasSubstr("\n# export JAVA_TOOL_OPTIONS="));
}

TEST(ParseShell, KnowsItsWordsAlone) {
    for (const auto word : shell_words()) EXPECT_TRUE(parse_shell(word)) << word;
    EXPECT_EQ(parse_shell("systemd"), Shell::systemd);
    EXPECT_FALSE(parse_shell("csh"));
}

class MaterialFiles : public testing::Test {
protected:
    std::vector<pki::Certificate> read(const fs::path& file) const {
        const auto password = crypto::Secret::copy_of("changeit");
        return pki::read_bag(*read_file(file), &password)->certificates;
    }
    const ScratchDirectory directory_;
    const Material material_{directory_.path() / "a/b"};
    const std::vector<pki::Certificate> ours_{pki::ExampleAuthority{}.root};
    const std::vector<pki::Certificate> systems_{pki::ExampleAuthority{}.root, ours_.front()};
};

TEST_F(MaterialFiles, HoldOurRootsAndTheSystemsEachOnce) {
    EXPECT_EQ(freshness_of(material_, ours_, systems_), Freshness::absent);
    const auto made = make_material(material_, ours_, systems_);
    ASSERT_TRUE(made) << made.error().message;

    EXPECT_EQ(freshness_of(material_, ours_, systems_), Freshness::fresh);
    EXPECT_EQ(read(material_.roots()), ours_);
    EXPECT_THAT(read(material_.bundle()), ElementsAre(ours_.front(), systems_.front()));
    EXPECT_THAT(read(material_.java_store()),
                testing::UnorderedElementsAre(ours_.front(), systems_.front()));
    EXPECT_EQ(fs::status(material_.bundle()).permissions(), fs::perms{0644});
}

TEST_F(MaterialFiles, AreStaleAfterANewRootOrADamage) {
    ASSERT_TRUE(make_material(material_, ours_, systems_));
    const auto before = fs::last_write_time(material_.java_store());
    ASSERT_TRUE(make_material(material_, ours_, systems_));
    EXPECT_EQ(fs::last_write_time(material_.java_store()), before);

    auto rotated = ours_;
    rotated.push_back(pki::ExampleAuthority{}.root);
    EXPECT_EQ(freshness_of(material_, rotated, systems_), Freshness::stale);
    ASSERT_TRUE(make_material(material_, rotated, systems_));
    EXPECT_EQ(freshness_of(material_, rotated, systems_), Freshness::fresh);

    fs::remove(material_.java_store());
    EXPECT_EQ(freshness_of(material_, rotated, systems_), Freshness::stale);
}

TEST_F(MaterialFiles, CannotBeMadeWhereAFileIsInTheWay) {
    directory_.write("a", "a file");

    const auto refused = make_material(material_, ours_, systems_);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_THAT(refused.error().message, HasSubstr("--dir"));
}

}  // namespace
}  // namespace rhumb::trust
