#include "trust/tools.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/example.h"

namespace rhumb::trust {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(FindTool, TakesProgramsAlone) {
    const ScratchDirectory system;
    EXPECT_TRUE(find_tool({.root = system.path()}, "trust").empty());
    system.write("usr/bin/trust", "no program");
    if (::geteuid() != 0) {
        EXPECT_TRUE(find_tool({.root = system.path()}, "trust").empty());
    }
    system.write("bin/trust", "#!/bin/sh\n", true);
    EXPECT_EQ(find_tool({.root = system.path()}, "trust"), system.path() / "bin/trust");
}

TEST(ToRun, EntersTheRootWhereThatIsAskedFor) {
    EXPECT_THAT(to_run({.root = "/img"}, "/img/usr/bin/trust", {"list"}),
                ElementsAre("/img/usr/bin/trust", "list"));
    const Places entered{.root = "/img", .enter = {"/usr/sbin/chroot", "/img"}};
    EXPECT_THAT(to_run(entered, "/img/usr/bin/trust", {"list"}),
                ElementsAre("/usr/sbin/chroot", "/img", "/usr/bin/trust", "list"));
    EXPECT_EQ(within_root(entered, "/img/etc/x"), "/etc/x");
    EXPECT_EQ(within_root({.root = "/img"}, "/img/etc/x"), "/img/etc/x");
}

TEST(ToRunAsUser, ChangesTheUserOnlyWhereOneIsTold) {
    EXPECT_THAT(to_run_as_user({}, "/bin/true", {"x"}), ElementsAre("/bin/true", "x"));
    EXPECT_THAT(to_run_as_user({.user = User{"ann", 1000, 1001}}, "/bin/true", {"x"}),
                ElementsAre(HasSubstr("setpriv"), "--reuid=1000", "--regid=1001", "--init-groups",
                            "--", "/bin/true", "x"));
}

}  // namespace
}  // namespace rhumb::trust
