#include "trust/java_store.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child.h"
#include "base/files.h"
#include "pki/example.h"
#include "trust/example.h"
#include "trust/java_homes.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// A keytool of this machine; empty without.
fs::path real_keytool() {
    for (const auto& home : find_java_homes({}).homes)
        if (!home.keytool.empty()) return home.keytool;
    return {};
}

/// Runtimes in a directory, with stores that the real keytool makes.
class JavaStores : public testing::Test {
protected:
    void SetUp() override {
        if (keytool_.empty()) GTEST_SKIP() << "there is no Java on this machine";
        machine_.write("other.pem", other_.to_pem());
    }

    void run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), keytool_.string());
        const auto finished =
            child::run({.arguments = std::move(arguments), .environment = {}, .input = {}});
        ASSERT_TRUE(finished) << finished.error().message;
        ASSERT_TRUE(finished->is_success()) << finished->output;
    }

    /// A store with another root in it.
    void make_store(const fs::path& relative, const std::vector<std::string>& options = {},
                    const std::string& password = "changeit") const {
        fs::create_directories((machine_.path() / relative).parent_path());
        std::vector<std::string> arguments(options);
        arguments.insert(arguments.end(),
                         {"-importcert", "-noprompt", "-alias", "Other", "-file",
                          (machine_.path() / "other.pem").string(), "-keystore",
                          (machine_.path() / relative).string(), "-storepass", password});
        run(arguments);
    }

    void make_home(const fs::path& home, const std::string& version,
                   bool with_keytool = true) const {
        machine_.write(home / "bin/java", "#!/bin/sh\n", true);
        machine_.write(home / "release", "JAVA_VERSION=\"" + version + "\"\n");
        if (with_keytool)
            machine_.write(home / "bin/keytool",
                           fmt::format("#!/bin/sh\nexec {} \"$@\"\n", keytool_.string()), true);
    }

    Places places() const {
        Places places;
        places.root = fs::canonical(machine_.path());
        return places;
    }
    static Found find(const Places& places) {
        Found found;
        find_java_stores(places, found);
        return found;
    }
    fs::path at(const fs::path& relative) const {
        return fs::canonical(machine_.path()) / relative;
    }

    const ScratchDirectory machine_;
    const fs::path keytool_ = real_keytool();
    const pki::Certificate root_ = pki::ExampleAuthority{}.root;
    const pki::Certificate other_ = pki::ExampleAuthority{}.root;
};

/// With another root in it, a store takes ours and gives it back, and nothing else changes.
class JavaStoreFormats : public JavaStores {
protected:
    void expect_there_and_back(const std::vector<std::string>& options) const {
        const auto file = at("usr/lib/jvm/java/lib/security/cacerts");
        make_home("usr/lib/jvm/java", "17.0.15");
        make_store("usr/lib/jvm/java/lib/security/cacerts", options);
        fs::permissions(file, fs::perms{0640});
        const auto found = find(places());
        ASSERT_THAT(found.stores, SizeIs(1));
        EXPECT_EQ(found.stores.front()->about(),
                  (About{"java", Level::machine, "Java 17.0.15, " + file.string()}));

        const auto installed = install(root_, found);
        EXPECT_THAT(outcomes(installed), ElementsAre(Outcome::done)) << told(installed);
        EXPECT_THAT(outcomes(install(root_, found)), ElementsAre(Outcome::already));
        EXPECT_THAT(*found.stores.front()->roots(), testing::UnorderedElementsAre(root_, other_));
        EXPECT_EQ(fs::status(file).permissions(), fs::perms{0640});

        const auto removed = uninstall(root_, found);
        EXPECT_THAT(outcomes(removed), ElementsAre(Outcome::done)) << told(removed);
        EXPECT_THAT(outcomes(uninstall(root_, found)), ElementsAre(Outcome::already));
        EXPECT_THAT(*found.stores.front()->roots(), ElementsAre(other_));
    }
};

TEST_F(JavaStoreFormats, OfJavaBefore9) { expect_there_and_back({"-storetype", "JKS"}); }

TEST_F(JavaStoreFormats, OfJavaFrom9On) { expect_there_and_back({"-storetype", "PKCS12"}); }

TEST_F(JavaStoreFormats, OfJavaFrom18OnWhichHasNoPassword) {
    expect_there_and_back({"-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE",
                           "-J-Dkeystore.pkcs12.macAlgorithm=NONE", "-storetype", "PKCS12"});
}

TEST_F(JavaStores, FindARootUnderAnyName) {
    make_home("opt/jdk", "21.0.1");
    make_store("opt/jdk/lib/security/cacerts");
    const auto found = find(places());

    EXPECT_THAT(outcomes(install(other_, found)), ElementsAre(Outcome::already));
    const auto removed = uninstall(other_, found);
    EXPECT_THAT(outcomes(removed), ElementsAre(Outcome::done)) << told(removed);
}

TEST_F(JavaStores, WithAnotherPasswordNeedIt) {
    make_home("opt/jdk", "21.0.1");
    make_store("opt/jdk/lib/security/cacerts", {"-storetype", "PKCS12"}, "opensesame");
    machine_.write("password", "opensesame\nnothing of this\n");

    const auto refused = install(root_, find(places()));
    ASSERT_THAT(outcomes(refused), ElementsAre(Outcome::skipped));
    EXPECT_THAT(refused.front().detail, HasSubstr("--java-password-file"));

    auto told_places = places();
    told_places.java_password_file = at("password");
    const auto installed = install(root_, find(told_places));
    EXPECT_THAT(outcomes(installed), ElementsAre(Outcome::done)) << told(installed);
}

TEST_F(JavaStores, ThatAreDamagedAreLeftAsTheyAre) {
    make_home("opt/jdk", "21.0.1");
    machine_.write("opt/jdk/lib/security/cacerts", "no store at all");

    const auto reports = install(root_, find(places()));

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::failed));
    EXPECT_THAT(reports.front().detail,
                AllOf(HasSubstr("no trust store that Java can read"), HasSubstr("/opt/jdk/")));
    EXPECT_EQ(*read_file(at("opt/jdk/lib/security/cacerts")), "no store at all");
}

TEST_F(JavaStores, SharedByRuntimesAreOne) {
    make_home("usr/lib/jvm/a", "17.0.15");
    make_home("usr/lib/jvm/b", "21.0.1");
    make_store("etc/java/cacerts");
    for (const auto* home : {"a", "b"}) {
        fs::create_directories(at("usr/lib/jvm") / home / "lib/security");
        fs::create_symlink("/etc/java/cacerts", at("usr/lib/jvm") / home / "lib/security/cacerts");
    }
    const auto found = find(places());

    ASSERT_THAT(found.stores, SizeIs(1));
    EXPECT_EQ(found.stores.front()->about().location,
              "Java 17.0.15, Java 21.0.1, " + at("etc/java/cacerts").string());
    EXPECT_THAT(outcomes(install(root_, found)), ElementsAre(Outcome::done));
    EXPECT_TRUE(fs::is_symlink(at("usr/lib/jvm/a/lib/security/cacerts")));
}

/// Debian's way.
TEST_F(JavaStores, ThatTheSystemMakesLeadToTheSystemsStore) {
    make_home("usr/lib/jvm/java-17", "17.0.15");
    make_store("etc/ssl/certs/java/cacerts");
    fs::create_directories(at("usr/lib/jvm/java-17/lib/security"));
    fs::create_symlink("/etc/ssl/certs/java/cacerts",
                       at("usr/lib/jvm/java-17/lib/security/cacerts"));
    machine_.write("etc/ca-certificates/update.d/jks-keystore", "#!/bin/sh\n", true);
    machine_.write("etc/ssl/certs/ca-certificates.crt", "");
    machine_.write("usr/sbin/update-ca-certificates", "#!/bin/sh\n", true);
    fs::create_directories(at("usr/local/share/ca-certificates"));
    const auto found = find(places());

    const auto reports = install(root_, found);
    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped)) << told(reports);
    EXPECT_THAT(reports.front().detail, HasSubstr("--store system"));
    EXPECT_THAT(reports.front().command, HasSubstr("update-ca-certificates"));

    machine_.write("etc/ssl/certs/ca-certificates.crt", root_.to_pem());
    const auto late = install(root_, found);
    ASSERT_THAT(outcomes(late), ElementsAre(Outcome::skipped)) << told(late);
    EXPECT_THAT(late.front().detail, HasSubstr("has not done so"));
    EXPECT_EQ(late.front().command, "sudo update-ca-certificates --fresh");

    // What somebody put there by hand is not in the system's store, and may go.
    EXPECT_THAT(outcomes(uninstall(other_, found)), ElementsAre(Outcome::done));
}

TEST_F(JavaStores, OfARuntimeWithoutKeytoolAreChangedByAnotherOne) {
    make_home("usr/lib/jvm/full", "21.0.1");
    make_store("usr/lib/jvm/full/lib/security/cacerts");
    make_home("usr/lib/jvm/small", "21.0.1", false);
    make_store("usr/lib/jvm/small/lib/security/cacerts", {"-storetype", "PKCS12"});
    const auto found = find(places());
    ASSERT_THAT(found.stores, SizeIs(2));
    const auto installed = install(root_, found);
    EXPECT_THAT(outcomes(installed), ElementsAre(Outcome::done, Outcome::done)) << told(installed);

    fs::remove(at("usr/lib/jvm/full/bin/keytool"));
    const auto reports = status(root_, find(places()));
    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped, Outcome::skipped));
    EXPECT_THAT(reports.front().detail, HasSubstr("keytool is missing"));
}

TEST_F(JavaStores, ThatAreMissingAreTold) {
    make_home("usr/lib/jvm/bare", "21.0.1");
    machine_.write("usr/bin/apt-get", "", true);
    auto named = places();
    named.java_homes = {at("usr/lib/jvm/bare"), at("usr")};
    const auto found = find(named);

    ASSERT_THAT(found.skipped, SizeIs(2));
    EXPECT_THAT(found.skipped[0].detail, HasSubstr("no Java runtime is here"));
    EXPECT_THAT(found.skipped[1].detail, HasSubstr("no trust store"));
    EXPECT_EQ(found.skipped[1].command, "sudo apt-get install ca-certificates-java");
}

TEST_F(JavaStores, OfApplicationsAreMadeWhereTheyAreMissing) {
    make_home("opt/jdk", "21.0.1");
    make_store("opt/jdk/lib/security/cacerts");
    const auto java_own = *read_file(at("opt/jdk/lib/security/cacerts"));
    auto named = places();
    named.home = at("home/ann");
    fs::create_directories(named.home);
    named.java_keystores = {named.home / "trust.p12"};
    const auto found = find(named);
    ASSERT_THAT(found.stores, SizeIs(1));
    EXPECT_EQ(found.stores.front()->about(),
              (About{"java", Level::user, "a trust store, " + at("home/ann/trust.p12").string()}));

    EXPECT_THAT(outcomes(status(root_, found)), ElementsAre(Outcome::skipped));
    const auto installed = install(root_, found);
    EXPECT_THAT(outcomes(installed), ElementsAre(Outcome::done)) << told(installed);
    EXPECT_THAT(outcomes(install(other_, found)), ElementsAre(Outcome::done));
    EXPECT_THAT(*found.stores.front()->roots(), testing::UnorderedElementsAre(root_, other_));
    EXPECT_THAT(outcomes(uninstall(root_, found)), ElementsAre(Outcome::done));
    EXPECT_EQ(*read_file(at("opt/jdk/lib/security/cacerts")), java_own);
}

TEST_F(JavaStores, OfOthersAreSkippedWithTheCommand) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    make_home("opt/jdk", "21.0.1");
    make_store("opt/jdk/lib/security/cacerts");
    fs::permissions(at("opt/jdk/lib/security/cacerts"), fs::perms{0444});
    fs::permissions(at("opt/jdk/lib/security"), fs::perms{0555});

    const auto reports = install(root_, find(places()));

    fs::permissions(at("opt/jdk/lib/security"), fs::perms{0755});
    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped)) << told(reports);
    EXPECT_EQ(reports.front().command,
              fmt::format("rhumb ca export | sudo {} -importcert -noprompt -alias {} -keystore {} "
                          "-storepass changeit",
                          at("opt/jdk/bin/keytool").string(), unique_name(root_),
                          at("opt/jdk/lib/security/cacerts").string()));
}

}  // namespace
}  // namespace rhumb::trust
