#include "trust/java_homes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/example.h"

namespace rhumb::trust {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class FindJavaHomes : public testing::Test {
protected:
    /// A runtime as it lies on the disk.
    void make(const fs::path& home, const std::string& version,
              const fs::path& store = "lib/security/cacerts") const {
        machine_.write(home / "bin/java", "#!/bin/sh\n", true);
        machine_.write(home / "bin/keytool", "#!/bin/sh\n", true);
        machine_.write(home / "release",
                       "IMPLEMENTOR=\"Example\"\nJAVA_VERSION=\"" + version + "\"\r\n");
        if (!store.empty()) machine_.write(home / store, "not read here");
    }
    void link(const fs::path& target, const fs::path& name) const {
        fs::create_directories((machine_.path() / name).parent_path());
        fs::create_symlink(target, machine_.path() / name);
    }
    fs::path at(const fs::path& relative) const {
        return fs::canonical(machine_.path()) / relative;
    }
    std::vector<std::string> titles() const {
        std::vector<std::string> all;
        for (const auto& home : find_java_homes(places()).homes) all.push_back(home.title());
        return all;
    }
    Places places() const {
        Places places;
        places.root = fs::canonical(machine_.path());
        places.home = fs::canonical(machine_.path()) / "home/ann";
        return places;
    }

    const ScratchDirectory machine_;
};

TEST_F(FindJavaHomes, FindsThoseOfTheSystemAndOfTheUser) {
    make("usr/lib/jvm/java-17", "17.0.15");
    make("usr/lib64/jvm/java-11", "11.0.2");
    make("usr/java/jdk-21", "21.0.1");
    make("opt/jdk-22", "22.0.1");
    make("opt/server/jre", "8");
    make("home/ann/.sdkman/candidates/java/25-tem", "25.0.3");
    make("home/ann/.jdks/corretto", "18.0.1");
    make("home/ann/.gradle/jdks/temurin", "19.0.1");
    machine_.write("usr/lib/jvm/.java-17.jinfo", "");
    fs::create_directories(machine_.path() / "usr/lib/jvm/openjdk-17/lib");

    EXPECT_THAT(titles(), ElementsAre("Java 17.0.15", "Java 11.0.2", "Java 21.0.1", "Java 22.0.1",
                                      "Java 8", "Java 25.0.3", "Java 18.0.1", "Java 19.0.1"));
}

TEST_F(FindJavaHomes, FollowsLinksAsTheImageItselfWould) {
    make("usr/lib/jvm/java-17", "17.0.15", "");
    link("java-17", "usr/lib/jvm/default-java");
    machine_.write("etc/ssl/certs/java/cacerts", "shared");
    link("/etc/ssl/certs/java/cacerts", "usr/lib/jvm/java-17/lib/security/cacerts");

    const auto found = find_java_homes(places());

    ASSERT_THAT(found.homes, SizeIs(1));
    EXPECT_EQ(found.homes.front().home, at("usr/lib/jvm/java-17"));
    EXPECT_EQ(found.homes.front().store, at("etc/ssl/certs/java/cacerts"));
    EXPECT_EQ(found.homes.front().keytool, at("usr/lib/jvm/java-17/bin/keytool"));
}

TEST_F(FindJavaHomes, TakesTheStoreThatJavaItselfPrefers) {
    make("usr/lib/jvm/own", "17", "lib/security/cacerts");
    machine_.write("usr/lib/jvm/own/lib/security/jssecacerts", "");
    make("usr/lib/jvm/jdk-8", "1.8.0_402", "jre/lib/security/cacerts");
    link("/nowhere", "usr/lib/jvm/torn/lib/security/cacerts");
    machine_.write("usr/lib/jvm/torn/bin/java", "", true);

    const auto found = find_java_homes(places());

    ASSERT_THAT(found.homes, SizeIs(3));
    EXPECT_EQ(found.homes[0].store, at("usr/lib/jvm/jdk-8/jre/lib/security/cacerts"));
    EXPECT_EQ(found.homes[1].store, at("usr/lib/jvm/own/lib/security/jssecacerts"));
    EXPECT_EQ(found.homes[2].store, fs::path{});
    EXPECT_EQ(found.homes[2].keytool, fs::path{});
    EXPECT_EQ(found.homes[2].title(), "Java");
}

TEST_F(FindJavaHomes, TakesWhatIsNamedAloneAndTellsWhatIsNone) {
    make("usr/lib/jvm/java-17", "17.0.15");
    make("srv/own", "21.0.1");
    auto told = places();
    told.java_homes = {at("srv/own"), at("srv"), at("srv/nothing"), at("srv/../srv/own")};

    const auto found = find_java_homes(told);

    ASSERT_THAT(found.homes, SizeIs(1));
    EXPECT_EQ(found.homes.front().home, at("srv/own"));
    EXPECT_THAT(found.strange, ElementsAre(at("srv"), at("srv/nothing")));
}

TEST_F(FindJavaHomes, TakesTheRuntimeOfAJdk8ForTheJdk) {
    make("srv/jdk8", "1.8.0_402", "jre/lib/security/cacerts");
    machine_.write("srv/jdk8/jre/bin/java", "", true);
    auto told = places();
    told.java_homes = {at("srv/jdk8/jre"), at("srv/jdk8")};

    const auto found = find_java_homes(told);

    ASSERT_THAT(found.homes, SizeIs(1));
    EXPECT_EQ(found.homes.front().home, at("srv/jdk8"));
}

TEST_F(FindJavaHomes, LooksWhereJavaHomeAndPathLead) {
    make("srv/a", "20.0.1");
    make("srv/b", "21.0.1");
    link(at("srv/b/bin/java"), "bin/java");
    Places whole;  // the machine itself: what it has comes after these two
    whole.java_home = at("srv/a");
    whole.path = {at("nowhere"), at("bin")};

    const auto found = find_java_homes(whole);

    ASSERT_GE(found.homes.size(), 2U);
    EXPECT_EQ(found.homes[0].home, at("srv/a"));
    EXPECT_EQ(found.homes[1].home, at("srv/b"));
}

TEST(ResolveBelow, StaysInsideAndEndsInCircles) {
    const ScratchDirectory image;
    image.write("etc/real", "x");
    const auto root = fs::canonical(image.path());
    fs::create_symlink("../../../../etc/real", root / "etc/out");
    fs::create_symlink("/etc/out", root / "etc/again");
    fs::create_symlink("circle", root / "etc/circle");

    EXPECT_EQ(resolve_below(root, root / "etc/again"), root / "etc/real");
    EXPECT_EQ(resolve_below(root, root / "etc/circle"), fs::path{});
    EXPECT_EQ(resolve_below(root, root / "etc/missing"), fs::path{});
}

TEST(ReadRelease, ReadsValuesWithAndWithoutQuotes) {
    constexpr auto* text = "JAVA_VERSION=\"17.0.15\"\r\nOS=Linux\nJAVA_VERSION_DATE=\"2025\"\nx\n";
    EXPECT_EQ(read_release(text, "JAVA_VERSION"), "17.0.15");
    EXPECT_EQ(read_release(text, "OS"), "Linux");
    EXPECT_EQ(read_release(text, "NONE"), "");
    EXPECT_EQ(read_release("JAVA_VERSION=\"", "JAVA_VERSION"), "\"");
}

}  // namespace
}  // namespace rhumb::trust
