#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "pki/example.h"
#include "pki/trust_pkcs12.h"
#include "trust/example.h"
#include "trust/programs/asking.h"
#include "trust/programs/java_options.h"
#include "trust/programs/libcurl.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ReadLibcurlWords, FindsWhatOpensslAndGnutlsLoad) {
    const auto openssl = read_libcurl_words(
        "* ALPN: offers h2,http/1.1\n*  CAfile: /etc/ssl/certs/ca-certificates.crt\r\n"
        "*  CApath: /etc/ssl/certs\n");
    EXPECT_THAT(openssl.paths, ElementsAre("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs"));
    EXPECT_FALSE(openssl.is_gnutls);

    const auto gnutls = read_libcurl_words(
        "06:16 http.c:725 == Info: found 144 certificates in /home/ann/my roots.pem\n"
        "06:16 http.c:725 == Info: found 144 certificates in /home/ann/my roots.pem\n");
    EXPECT_THAT(gnutls.paths, ElementsAre("/home/ann/my roots.pem"));
    EXPECT_TRUE(gnutls.is_gnutls);

    EXPECT_THAT(read_libcurl_words("*  CAfile: none\nfound something\n").paths, IsEmpty());
}

TEST(SplitJavaOptions, KeepsWhatIsQuotedTogether) {
    EXPECT_THAT(split_java_options("  -Da=b \"-Dc=d e\"\t-Df='g h'i \"\" "),
                ElementsAre("-Da=b", "-Dc=d e", "-Df=g hi", ""));
    EXPECT_THAT(split_java_options(""), IsEmpty());
}

TEST(ReadJavaOptions, TakesTheLastOfTheVariables) {
    Surroundings surroundings;
    surroundings.variables = {
        {"JAVA_TOOL_OPTIONS", "-Djavax.net.ssl.trustStore=/a -Djavax.net.ssl.trustStorePassword=b"},
        {"_JAVA_OPTIONS", "-Xmx1g -Djavax.net.ssl.trustStore=/c"}};

    const auto options = read_java_options(surroundings);

    EXPECT_EQ(options.trust_store, "/c");
    EXPECT_EQ(options.trust_store_password, "b");
    EXPECT_EQ(options.variable, "_JAVA_OPTIONS");
}

TEST(Asking, ReadsVersionsAndValues) {
    EXPECT_EQ(version_in("curl 7.88.1 (x86_64-pc-linux-gnu)"), "7.88.1");
    EXPECT_EQ(version_in("GDAL 3.6.2, released 2023/01/02"), "3.6.2");
    EXPECT_EQ(version_in("go version go1.19.8 linux/amd64"), "1.19.8");
    EXPECT_EQ(version_in("no 7 number."), "");
    EXPECT_THAT(values_of("a 1\nab 2\na  3 4\r\na\n", "a"), ElementsAre("1", "3 4"));
    const std::string digest(64, 'a');
    EXPECT_THAT(to_fingerprints({digest, "AA:BB", "x", ""}), SizeIs(1));
}

/// Programs that stand in for the real ones, on a PATH of their own.
class Looks : public testing::Test {
protected:
    Surroundings surroundings() const {
        Surroundings all;
        all.places.root = machine_.path();  // without a store of its own
        all.places.home = machine_.path() / "home";
        all.places.path = {machine_.path() / "bin"};
        return all;
    }
    void write_bundle(const fs::path& name) const { machine_.write(name, root_.to_pem()); }
    std::string at(const fs::path& relative) const { return (machine_.path() / relative).string(); }

    const ScratchDirectory machine_;
    const pki::Certificate root_ = pki::ExampleAuthority{}.root;
    const pki::Certificate other_ = pki::ExampleAuthority{}.root;
    RootFiles files_{Places{.root = machine_.path()}};
};

TEST_F(Looks, FindNothingWhereThereIsNothing) {
    EXPECT_THAT(find_programs(surroundings()), IsEmpty());
}

TEST_F(Looks, AskCurlForTheFilesThatItLoads) {
    write_bundle("own.pem");
    machine_.write("bin/curl",
                   fmt::format("#!/bin/sh\n[ \"$1\" = --version ] && {{ echo curl 8.5.0; exit; }}\n"
                               "echo '*  CAfile: {}'\nexit 35\n",
                               at("own.pem")),
                   true);

    const auto found = look_at_curl(surroundings(), files_);

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].version, "8.5.0");
    EXPECT_EQ(found[0].reads, at("own.pem"));
    EXPECT_TRUE(found[0].is_asked);
    EXPECT_EQ(found[0].belief(root_), Belief::yes);
    EXPECT_EQ(found[0].belief(other_), Belief::no);
    EXPECT_EQ(found[0].remedy, variable_remedy);
}

TEST_F(Looks, SayThatTheyDoNotKnowWhenAProgramTellsNothing) {
    machine_.write("bin/curl", "#!/bin/sh\nexit 1\n", true);
    machine_.write("bin/git", "#!/bin/sh\necho false\n", true);

    EXPECT_EQ(look_at_curl(surroundings(), files_).at(0).belief(root_), Belief::unknown);
    const auto git = look_at_git(surroundings(), files_).at(0);
    EXPECT_EQ(git.belief(root_), Belief::unknown);
    EXPECT_THAT(git.note, HasSubstr("checks no certificate"));
}

TEST_F(Looks, FollowTheSettingsOfWget) {
    write_bundle("own.pem");
    machine_.write("bin/wget", "#!/bin/sh\necho GNU Wget 1.21.3, +ssl/gnutls\n", true);
    EXPECT_EQ(look_at_wget(surroundings(), files_).at(0).belief(root_), Belief::unknown);

    machine_.write("home/.wgetrc", fmt::format("# ca_certificate = /nowhere\nCA-Certificate = {}\n"
                                               "check_certificate = off\n",
                                               at("own.pem")));
    const auto wget = look_at_wget(surroundings(), files_).at(0);
    EXPECT_EQ(wget.belief(root_), Belief::yes);
    EXPECT_THAT(wget.note, HasSubstr("checks no certificate"));
}

TEST_F(Looks, ReadHashedNamesAloneInDirectoriesOfOpenssl) {
    write_bundle("roots/1a2b3c4d.0");
    machine_.write("roots/other.pem", other_.to_pem());

    EXPECT_THAT(files_.in_directory(at("roots"), Counted::hashed),
                ElementsAre(root_.fingerprint_sha256()));
    EXPECT_THAT(files_.in_directory(at("roots"), Counted::all), SizeIs(2));
    EXPECT_THAT(files_.in_directory(at("nowhere"), Counted::all), IsEmpty());
}

TEST_F(Looks, TakeTheVariablesOfProjInItsOrder) {
    write_bundle("own.pem");
    machine_.write("bin/projinfo", "#!/bin/sh\necho Rel. 9.1.1, December 1st, 2022\n", true);
    auto with = surroundings();
    with.variables = {{"PROJ_CURL_CA_BUNDLE", at("own.pem")}, {"CURL_CA_BUNDLE", "/nowhere"}};

    const auto proj = look_at_proj(with, files_).at(0);

    EXPECT_EQ(proj.version, "9.1.1");
    EXPECT_EQ(proj.belief(root_), Belief::yes);
    EXPECT_THAT(proj.reads, HasSubstr("PROJ_CURL_CA_BUNDLE"));
}

TEST_F(Looks, ReadTheStoreThatJavasOptionsName) {
    machine_.write("usr/lib/jvm/java/bin/java", "#!/bin/sh\n", true);
    machine_.write("usr/lib/jvm/java/release", "JAVA_VERSION=\"21.0.1\"\n");
    const std::array entries{pki::TrustEntry{"root", root_}};
    machine_.write("trust.p12",
                   *pki::to_trust_pkcs12(entries, crypto::Secret::copy_of("changeit")));
    auto with = surroundings();
    with.variables = {
        {"JAVA_TOOL_OPTIONS", fmt::format("-Djavax.net.ssl.trustStore={} "
                                          "-Djavax.net.ssl.trustStorePassword=changeit",
                                          at("trust.p12"))}};

    const auto java = look_at_java(with, files_).at(0);
    EXPECT_EQ(java.version, "21.0.1");
    EXPECT_EQ(java.belief(root_), Belief::yes);
    EXPECT_EQ(java.belief(other_), Belief::no);
    EXPECT_EQ(look_at_java(surroundings(), files_).at(0).belief(root_), Belief::no);
}

/// The real ones, where this machine has them.
class RealPrograms : public Looks {
protected:
    Surroundings real() const {
        auto all = surroundings();
        all.places.path = {"/usr/local/bin", "/usr/bin", "/bin"};
        return all;
    }
};

TEST_F(RealPrograms, TellWhatTheirVariablesName) {
    write_bundle("own.pem");
    auto with = real();
    for (const auto* name :
         {"CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"})
        with.variables[name] = at("own.pem");
    struct Case {
        const char* program;
        Look look;
    };
    for (const auto& c : {Case{"curl", look_at_curl}, Case{"git", look_at_git},
                          Case{"gdalinfo", look_at_gdal}, Case{"python3", look_at_python},
                          Case{"node", look_at_node}, Case{"openssl", look_at_openssl}}) {
        SCOPED_TRACE(c.program);
        if (find_program(with, c.program).empty()) continue;
        const auto found = c.look(with, files_);
        ASSERT_FALSE(found.empty());
        EXPECT_NE(found.front().version, "");
        EXPECT_EQ(found.front().belief(root_), Belief::yes) << found.front().reads;
        EXPECT_EQ(found.front().belief(other_), Belief::no) << found.front().reads;
    }
}

TEST_F(RealPrograms, WithoutVariablesDoNotTrustAStranger) {
    for (const auto look : {look_at_curl, look_at_git, look_at_gdal, look_at_python, look_at_node})
        for (const auto& program : look(real(), files_)) {
            EXPECT_EQ(program.belief(root_), Belief::no) << program.name << ": " << program.reads;
            EXPECT_GT(program.roots->size(), 10U) << program.name << ": " << program.reads;
        }
}

}  // namespace
}  // namespace rhumb::trust::programs
