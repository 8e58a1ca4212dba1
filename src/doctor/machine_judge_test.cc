#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/machine_ports.h"
#include "doctor/machine_resources.h"

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Seconds now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23};
constexpr std::uint64_t mebibyte = 1U << 20U;

std::vector<std::string> ids(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    for (const auto& finding : findings) all.push_back(finding.id);
    return all;
}

TEST(JudgingDisks, GoesByWhatIsLeftAndByTheSizeOfTheDisk) {
    struct Case {
        const char* name;
        std::uint64_t size;  // MiB
        std::uint64_t free;
        std::vector<std::string> ids;
    };
    for (const auto& one : {
             Case{"half of a large one", 1'000'000, 500'000, {}},
             Case{"two percent of a large one is still much", 1'000'000, 20'000, {}},
             Case{"less than a gigabyte", 1'000'000, 900, {"machine.disk.nearly-full"}},
             Case{"nothing", 1'000'000, 0, {"machine.disk.full"}},
             Case{"a few megabytes", 1'000'000, 15, {"machine.disk.full"}},
             Case{"a small one, half full", 64, 32, {}},
             Case{"a small one, nearly full", 64, 6, {"machine.disk.nearly-full"}},
             Case{"a small one, full", 64, 2, {"machine.disk.full"}},
         }) {
        const DiskSeen disk{.directory = "/d",
                            .purpose = "The data directory",
                            .bytes = one.size * mebibyte,
                            .bytes_free = one.free * mebibyte};
        EXPECT_EQ(ids(judge_disks({&disk, 1})), one.ids) << one.name;
    }
}

TEST(JudgingDisks, CountsFilesWhereTheFileSystemDoes) {
    DiskSeen disk{.directory = "/d",
                  .purpose = "The data directory",
                  .bytes = 1000 * mebibyte,
                  .bytes_free = 900 * mebibyte,
                  .inodes = 65'536,
                  .inodes_free = 60'000};
    EXPECT_THAT(judge_disks({&disk, 1}), IsEmpty());
    disk.inodes_free = 3'000;
    EXPECT_THAT(ids(judge_disks({&disk, 1})), ElementsAre("machine.inodes.nearly-full"));
    disk.inodes_free = 10;
    EXPECT_THAT(ids(judge_disks({&disk, 1})), ElementsAre("machine.inodes.full"));
    disk.inodes = 0;  // btrfs has no such number
    disk.inodes_free = 0;
    EXPECT_THAT(judge_disks({&disk, 1}), IsEmpty());
}

const ServerPromises promises{.connections = 20'000, .lowest_port = 8080};

TEST(JudgingTheProcess, FindsNothingInAModestOne) {
    EXPECT_THAT(
        judge_process({.process = 7, .user = 1000, .descriptors_max = 65'536, .core_bytes_max = 0},
                      promises),
        IsEmpty());
    EXPECT_THAT(judge_process({.process = 7}, promises), IsEmpty());  // nothing may be seen
}

TEST(JudgingTheProcess, NotesWhatCouldBeBetter) {
    EXPECT_THAT(ids(judge_process({.process = 7, .user = 0}, promises)),
                ElementsAre("machine.user.root"));
    EXPECT_THAT(ids(judge_process({.process = 7, .descriptors_max = 1024}, promises)),
                ElementsAre("machine.limit.descriptors"));
    EXPECT_THAT(ids(judge_process({.process = 7, .descriptors_max = 256}, promises)),
                ElementsAre("machine.limit.few-descriptors"));
    EXPECT_THAT(ids(judge_process({.process = 7, .core_bytes_max = 1}, promises)),
                ElementsAre("machine.core.dumps"));
    EXPECT_THAT(
        ids(judge_process({.process = 7, .program = "/usr/bin/rhumb", .is_program_replaced = true},
                          promises)),
        ElementsAre("machine.program.replaced"));
}

TEST(JudgingTheProcess, SaysWhatRootIsNotNeededFor) {
    auto low = promises;
    low.lowest_port = 443;
    EXPECT_THAT(judge_process({.process = 7, .user = 0}, low).front().sentence,
                HasSubstr("CAP_NET_BIND_SERVICE"));
    EXPECT_THAT(judge_process({.process = 7, .user = 0}, promises).front().sentence,
                HasSubstr("nothing that it does needs that"));
}

TEST(JudgingTheClock, TellsOfAClockThatWentBack) {
    EXPECT_THAT(judge_clock({.now = now, .is_synchronised = true, .newest_made = now}), IsEmpty());
    EXPECT_THAT(judge_clock({.now = now}), IsEmpty());
    EXPECT_THAT(ids(judge_clock({.now = now, .is_synchronised = false})),
                ElementsAre("clock.unsynchronised"));
    EXPECT_THAT(ids(judge_clock({.now = now,
                                 .is_synchronised = false,
                                 .newest_made = now + std::chrono::hours{25},
                                 .newest_name = "auto"})),
                ElementsAre("clock.behind"));
    EXPECT_THAT(ids(judge_clock({.now = Seconds{}})), ElementsAre("clock.behind"));
}

TEST(JudgingOpenssl, ComparesVersionsAsNumbers) {
    EXPECT_EQ(compare_versions("3.5.7", "3.5.7"), 0);
    EXPECT_LT(compare_versions("3.0.9", "3.0.19"), 0);
    EXPECT_GT(compare_versions("3.5.0", "3.0.19"), 0);
    EXPECT_LT(compare_versions("1.1.1n", "1.1.1w"), 0);
    EXPECT_LT(compare_versions("3.5", "3.5.1"), 0);
}

TEST(JudgingOpenssl, TellsOfAnOldCopyAndOfWhatIsMissing) {
    EXPECT_THAT(judge_openssl({"3.5.7", "3.0.19", true}), IsEmpty());
    EXPECT_THAT(judge_openssl({"3.5.7", "", true}), IsEmpty());
    EXPECT_THAT(ids(judge_openssl({"3.5.7", "3.5.10", true})), ElementsAre("openssl.older"));
    EXPECT_THAT(ids(judge_openssl({"3.0.19", "3.0.19", false})),
                ElementsAre("openssl.no-post-quantum"));
}

config::Binding binding(std::uint16_t port) {
    return {.https = true, .address = "*", .port = port};
}

/// A server that runs and has its port.
ServerSeen server() {
    return {.process = 7,
            .home = "the store",
            .ports = {{.site = "Maps",
                       .binding = binding(8443),
                       .state = PortSeen::State::open,
                       .is_served = true}},
            .user = "ann",
            .program = "/opt/rhumb"};
}

TEST(JudgingTheServer, FindsNothingWhereItServesWhatIsConfigured) {
    EXPECT_THAT(judge_server(server()), IsEmpty());
}

TEST(JudgingTheServer, SaysThatItDoesNotRun) {
    auto seen = server();
    seen.process.reset();
    seen.ports[0].state = PortSeen::State::free;
    seen.ports[0].is_served = false;
    const auto findings = judge_server(seen);
    EXPECT_THAT(ids(findings), ElementsAre("machine.server.stopped"));
    EXPECT_EQ(findings.front().command, "rhumb serve");
}

TEST(JudgingTheServer, TellsTheCauseAndNotWhatFollowsFromIt) {
    auto seen = server();
    seen.process.reset();
    seen.ports[0] = {.site = "Maps",
                     .binding = binding(8443),
                     .state = PortSeen::State::taken,
                     .owner = Owner{9, "/usr/sbin/nginx", "nginx.service"},
                     .owner_user = "www-data"};
    auto findings = judge_server(seen);
    EXPECT_THAT(ids(findings), ElementsAre("port.taken"));
    EXPECT_EQ(findings.front().about, "https://*:8443");
    EXPECT_EQ(findings.front().sentence,
              "No server runs, and it could not begin: port 8443 of «Maps» is taken by "
              "/usr/sbin/nginx (process 9 of the user www-data).");
    EXPECT_EQ(findings.front().command, "sudo systemctl disable --now nginx.service");

    seen.ports[0].owner->unit = "";
    EXPECT_EQ(judge_server(seen).front().command, "kill 9");
    seen.ports[0].owner.reset();
    EXPECT_EQ(judge_server(seen).front().command, "sudo ss -ltnp 'sport = :8443'");

    seen = server();
    seen.is_other_served = true;
    seen.refusal = "cannot listen on *:443";
    seen.ports.push_back({.site = "Maps",
                          .binding = binding(443),
                          .state = PortSeen::State::forbidden,
                          .is_served = false});
    findings = judge_server(seen);
    EXPECT_THAT(ids(findings), ElementsAre("port.privileged"));
    EXPECT_THAT(findings.front().sentence, HasSubstr("ann may not listen on port 443"));
    EXPECT_EQ(findings.front().command, "sudo setcap cap_net_bind_service=+ep /opt/rhumb");
}

TEST(JudgingTheServer, TellsOfAnAddressThatIsNotThere) {
    auto seen = server();
    seen.process.reset();
    seen.ports[0].state = PortSeen::State::no_address;
    EXPECT_THAT(ids(judge_server(seen)), ElementsAre("port.no-address"));
}

TEST(JudgingTheServer, TellsOfAPortThatItDoesNotHaveThoughItSaysSo) {
    auto seen = server();
    seen.ports[0].state = PortSeen::State::free;
    EXPECT_THAT(ids(judge_server(seen)), ElementsAre("port.unopened"));
}

TEST(JudgingTheServer, TellsWhyItGoesOnWithAnOlderConfiguration) {
    auto seen = server();
    seen.is_other_served = true;
    EXPECT_THAT(ids(judge_server(seen)), ElementsAre("machine.configuration.waiting"));
    seen.refusal = "no such thing";
    const auto findings = judge_server(seen);
    EXPECT_THAT(ids(findings), ElementsAre("machine.configuration.refused"));
    EXPECT_THAT(findings.front().sentence, HasSubstr("no such thing"));
}

TEST(JudgingTheServer, TellsOfAConfigurationThatCannotBeRead) {
    auto seen = server();
    seen.home = "/etc/rhumb.toml";
    seen.configuration_fault = "line 3: what is this?";
    const auto findings = judge_server(seen);
    EXPECT_THAT(ids(findings), ElementsAre("machine.configuration.faulty"));
    EXPECT_EQ(findings.front().command, "rhumb config check /etc/rhumb.toml");
}

}  // namespace
}  // namespace rhumb::doctor
