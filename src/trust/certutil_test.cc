#include "trust/certutil.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/example.h"

namespace rhumb::trust {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ReadEntries, TakesNamesWithBlanksAndTheirAttributes) {
    const auto entries = read_entries(
        "\nCertificate Nickname                                         Trust Attributes\n"
        "                                                             SSL,S/MIME,JAR/XPI\n\n"
        "Rhumb local authority maps 2026 rhumb-3ac2e2938e4cbe19       C,,  \n"
        "between                                                      ,,   \r\n"
        "own, for one server                                          P,,  \n"
        "no attributes at all\nx a,b\n");

    EXPECT_THAT(
        entries,
        ElementsAre(NssEntry{"Rhumb local authority maps 2026 rhumb-3ac2e2938e4cbe19", "C,,"},
                    NssEntry{"between", ",,"}, NssEntry{"own, for one server", "P,,"}));
    EXPECT_THAT(read_entries(""), IsEmpty());
}

TEST(NssEntry, IsForServersByItsFirstAttributesAlone) {
    EXPECT_TRUE((NssEntry{"a", "C,,"}).is_for_servers());
    EXPECT_TRUE((NssEntry{"a", "CT,C,C"}).is_for_servers());
    EXPECT_TRUE((NssEntry{"a", "Pu,u,u"}).is_for_servers());
    EXPECT_FALSE((NssEntry{"a", ",C,C"}).is_for_servers());
    EXPECT_FALSE((NssEntry{"a", "c,,"}).is_for_servers());
    EXPECT_FALSE((NssEntry{"a", "p,,"}).is_for_servers());  // distrusted
}

TEST(Certutil, SaysThatItIsMissing) {
    const ScratchDirectory empty;
    const Certutil tool{{"Chromium", empty.path() / "nssdb"}, {.root = empty.path()}};

    EXPECT_TRUE(tool.is_missing());
    EXPECT_EQ(tool.list().error().kind, ErrorKind::not_found);
    EXPECT_THAT(tool.create().error().message, HasSubstr("libnss3-tools"));
}

TEST(Certutil, IsShownAsAPersonWouldTypeIt) {
    const ScratchDirectory empty;
    EXPECT_EQ((Certutil{{"Firefox", "/home/ann/my profile"}, {.root = empty.path()}}.to_shell(
                  {"-D", "-n", "x"})),
              "certutil -D -n x -d 'sql:/home/ann/my profile'");
    EXPECT_EQ((Certutil{{"Firefox", "/home/ann/p", true},
                        {.root = empty.path(), .user = User{"ann", 1000, 1000}}}
                   .to_shell({"-L"})),
              "sudo -H -u ann certutil -L -d dbm:/home/ann/p");
}

}  // namespace
}  // namespace rhumb::trust
