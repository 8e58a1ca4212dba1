#include "trust/system_anchors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/example.h"

namespace rhumb::trust {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(FindAnchorFiles, FindsTheRootWhateverItsFileIsCalledAndHowItIsWritten) {
    const ScratchDirectory anchors;
    const auto root = pki::ExampleAuthority{}.root;
    const auto other = pki::ExampleAuthority{}.root;
    anchors.write("a.crt", root.to_pem());
    anchors.write("sub/b.cer", root.to_der());
    anchors.write("both.crt", root.to_pem() + other.to_pem());
    anchors.write("other.crt", other.to_pem());
    anchors.write("README", "nothing of the kind");

    EXPECT_THAT(find_anchor_files(anchors.path(), root),
                ElementsAre(anchors.path() / "a.crt", anchors.path() / "sub/b.cer"))
        << "never a file that another root is in, too";
    EXPECT_THAT(find_anchor_files(anchors.path() / "nowhere", root), IsEmpty());
}

TEST(FindStrays, TellsWhatThatToolPassesOver) {
    const ScratchDirectory anchors;
    const auto root = pki::ExampleAuthority{}.root;
    anchors.write("good.crt", root.to_pem());
    anchors.write("my root.pem", root.to_pem());
    anchors.write("windows.cer", root.to_der());
    anchors.write("wrong.crt", root.to_der());
    anchors.write("notes.pem", "no certificate");
    anchors.write("README", root.to_pem());

    const auto strays = find_strays(anchors.path());

    ASSERT_EQ(strays.size(), 3U);
    EXPECT_EQ(strays[0].file.filename(), "my root.pem");
    EXPECT_THAT(strays[0].reason, HasSubstr("end in .crt"));
    EXPECT_EQ(strays[0].command,
              fmt::format("sudo mv '{0}/my root.pem' '{0}/my root.crt'", anchors.path().string()));
    EXPECT_THAT(strays[1].reason, HasSubstr("DER"));
    EXPECT_THAT(strays[1].command, HasSubstr("openssl x509 -inform der"));
    EXPECT_EQ(strays[2].file.filename(), "wrong.crt");
    EXPECT_THAT(strays[2].command, HasSubstr("wrong-pem.crt"));
}

}  // namespace
}  // namespace rhumb::trust
