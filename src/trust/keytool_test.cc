#include "trust/keytool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"
#include "trust/example.h"

namespace rhumb::trust {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ReadKeystoreListing, ReadsWhatIsTrustedAndWhatIsNot) {
    const auto root = pki::ExampleAuthority{}.root;
    const auto other = pki::ExampleAuthority{}.root;
    const auto text = fmt::format(
        "Keystore type: PKCS12\nKeystore provider: SUN\n\nYour keystore contains 3 entries\n\n"
        "Alias name: größe [jdk]\r\nCreation date: Nov 23, 2026\r\nEntry type: trustedCertEntry\r\n"
        "\r\n{}\n\n*****\n\nAlias name: key\nEntry type: PrivateKeyEntry\n"
        "Certificate chain length: 1\nCertificate[1]:\n{}\n"
        "Alias name: broken\nEntry type: trustedCertEntry\n-----BEGIN CERTIFICATE-----\nAAAA\n"
        "-----END CERTIFICATE-----\n",
        root.to_pem(), other.to_pem());

    const auto entries = read_keystore_listing(text);

    ASSERT_THAT(entries, SizeIs(2));
    EXPECT_EQ(entries[0].alias, "größe [jdk]");
    EXPECT_TRUE(entries[0].is_trusted);
    EXPECT_EQ(entries[0].certificate, root);
    EXPECT_EQ(entries[1].alias, "key");
    EXPECT_FALSE(entries[1].is_trusted);
    EXPECT_THAT(read_keystore_listing(""), IsEmpty());
}

class WithStandIn : public testing::Test {
protected:
    /// A keytool that says this and ends so.
    Keytool stand_in(const std::string& says, int code) const {
        directory_.write(
            "keytool", fmt::format("#!/bin/sh\nprintf '%s\\n' '{}'\nexit {}\n", says, code), true);
        return {{(directory_.path() / "keytool").string()}, {}};
    }
    const ScratchDirectory directory_;
};

TEST_F(WithStandIn, TellsAWrongPasswordFromADamagedStore) {
    struct Case {
        const char* says;
        ErrorKind kind;
        const char* remedy;
    };
    for (const auto& c :
         {Case{"keytool error: java.io.IOException: keystore password was incorrect",
               ErrorKind::denied, "--java-password-file"},
          Case{"keytool error: java.io.IOException: Keystore was tampered with, or password was "
               "incorrect",
               ErrorKind::denied, "--java-password-file"},
          Case{"keytool error: java.io.IOException: Invalid keystore format", ErrorKind::invalid,
               "installing this Java again"},
          Case{"keytool error: java.lang.Exception: Keystore file exists, but is empty: x",
               ErrorKind::invalid, "exists, but is empty"},
          Case{"Error occurred during initialization of VM", ErrorKind::internal,
               "initialization of VM"}}) {
        SCOPED_TRACE(c.says);
        const auto listed = stand_in(c.says, 1).list("/x/cacerts");
        ASSERT_FALSE(listed);
        EXPECT_EQ(listed.error().kind, c.kind);
        EXPECT_THAT(listed.error().message, HasSubstr(c.remedy));
        EXPECT_THAT(listed.error().message, HasSubstr("/x/cacerts"));
    }
}

TEST(KeytoolCommands, KeepAPasswordOutOfTheListOfProcesses) {
    const Keytool usual{{"/jdk/bin/keytool"}, {}};
    const Keytool own{{"/jdk/bin/keytool"}, "/home/ann/my password"};

    EXPECT_EQ(usual.add_command("/x/cacerts", "rhumb-1"),
              "/jdk/bin/keytool -importcert -noprompt -alias rhumb-1 -keystore /x/cacerts "
              "-storepass changeit");
    EXPECT_EQ(own.remove_command("/x/cacerts", "rhumb-1"),
              "/jdk/bin/keytool -delete -alias rhumb-1 -keystore /x/cacerts -storepass:file "
              "'/home/ann/my password'");
    EXPECT_EQ(Keytool({}, {}).list("/x").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace rhumb::trust
