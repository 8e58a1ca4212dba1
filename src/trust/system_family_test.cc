#include "trust/system_family.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/example.h"

namespace rhumb::trust {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReadOsIds, TakesBothKeysQuotedOrNot) {
    EXPECT_THAT(read_os_ids("NAME=\"Rocky Linux\"\r\nID_LIKE=\"rhel centos  fedora\"\nID='Rocky'\n"
                            "VERSION_ID=9\nnonsense\nXID=no\nID_LIKE\n"),
                ElementsAre("rocky", "rhel", "centos", "fedora"));
    EXPECT_THAT(read_os_ids(""), IsEmpty());
    EXPECT_THAT(read_os_ids("ID=\"\nID=\"\"\n"), ElementsAre("\""));
}

std::string_view name_of(const ScratchDirectory& system) {
    const auto* const family = find_family(system.path());
    return family == nullptr ? "none" : family->name;
}

TEST(FindFamily, GoesByWhatTheSystemSaysOfItself) {
    struct Case {
        std::string_view ids, family;
    };
    for (const auto& c :
         {Case{"ID=debian", "Debian"}, Case{"ID=raspbian\nID_LIKE=debian", "Debian"},
          Case{"ID=ubuntu\nID_LIKE=debian", "Debian"}, Case{"ID=alpine", "Debian"},
          Case{"ID=fedora", "Fedora"},
          Case{"ID=\"almalinux\"\nID_LIKE=\"rhel centos fedora\"", "Fedora"},
          Case{"ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"", "SUSE"},
          Case{"ID=\"sles\"", "SUSE"}, Case{"ID=manjaro\nID_LIKE=arch", "Arch"},
          Case{"ID=archaeology", "none"}, Case{"ID=nixos", "none"}}) {
        SCOPED_TRACE(c.ids);
        const ScratchDirectory system;
        system.write("etc/os-release", c.ids);
        EXPECT_EQ(name_of(system), c.family);
    }
}

TEST(FindFamily, IsNotMisledByDirectoriesOfAnother) {
    const ScratchDirectory system;
    system.write("etc/pki/ca-trust/source/anchors/readme", "");  // of a tool that was installed
    system.write("usr/local/share/ca-certificates/readme", "");
    system.write("usr/lib/os-release", "ID=debian");
    EXPECT_EQ(name_of(system), "Debian");
}

TEST(FindFamily, GoesByTheDirectoriesWhereTheSystemSaysNothing) {
    const ScratchDirectory system;
    EXPECT_EQ(name_of(system), "none");
    system.write("usr/share/pki/trust/anchors/readme", "");
    EXPECT_EQ(name_of(system), "SUSE");
    system.write("etc/ca-certificates/trust-source/anchors/readme", "");
    EXPECT_EQ(name_of(system), "Arch");
    system.write("usr/local/share/ca-certificates/readme", "");
    EXPECT_EQ(name_of(system), "Debian");
    system.write("etc/pki/ca-trust/source/anchors/readme", "");
    EXPECT_EQ(name_of(system), "Fedora");
}

}  // namespace
}  // namespace rhumb::trust
